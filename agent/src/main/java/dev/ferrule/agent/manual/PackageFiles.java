// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manual;

import dev.ferrule.agent.commands.FerruleCommand;
import dev.ferrule.agent.config.ConfigurationTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Writes them all; called by the build of the package. The same program gives the same bytes. */
final class PackageFiles {

  /** Where the service looks for manifests until somebody says other. */
  private static final Map<String, String> SET =
      Map.of("ferrule.manifests", "/etc/ferrule/manifests");

  /** RFC 1952: where the header says how it was compressed, and the best that it can say. */
  private static final int EXTRA_FLAGS = 8;

  private static final byte SLOWEST = 2;

  private final Path folder;
  private final String date;
  private final String source;

  private PackageFiles(Path folder, String date, String version) {
    this.folder = folder;
    this.date = date;
    this.source = "Ferrule " + version;
  }

  /**
   * Arguments: the folder to write to, the version, the time of the build in ISO 8601, and the
   * Debian changelog, which is packed.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4) {
      throw new IllegalArgumentException("usage: FOLDER VERSION TIME CHANGELOG");
    }
    String date = arguments[2].substring(0, "YYYY-MM-DD".length());
    PackageFiles files = new PackageFiles(Path.of(arguments[0]), date, arguments[1]);
    files.manual();
    files.write("config.yaml", ConfigurationTemplate.text(SET).getBytes(StandardCharsets.UTF_8));
    files.write("completion.bash", completion().getBytes(StandardCharsets.UTF_8));
    files.write("changelog.gz", packed(Files.readAllBytes(Path.of(arguments[3]))));
  }

  /** Without the line that makes it a program of its own: bash reads it. */
  private static String completion() {
    StringWriter text = new StringWriter();
    FerruleCommand.execute(new PrintWriter(text), "completion", "bash");
    return text.toString().replaceFirst("#!.*\\R", "");
  }

  private void manual() throws IOException {
    CommandSpec program = FerruleCommand.commandLine().getCommandSpec();
    List<CommandSpec> commands = new ArrayList<>(List.of(program));
    for (CommandLine line : program.subcommands().values()) {
      commands.add(line.getCommandSpec());
    }
    for (CommandSpec command : commands) {
      CommandPage page = new CommandPage(command, date, source);
      page("man8/" + page.name() + ".8", page.text());
    }
    page("man5/" + ConfigurationPage.NAME + ".5", ConfigurationPage.text(date, source));
  }

  private void page(String name, String text) throws IOException {
    write("man/" + name + ".gz", packed(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.write(file, content);
  }

  /** Java writes neither time nor name into the header, and leaves out how hard it tried. */
  private static byte[] packed(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new SmallestGzip(packed)) {
      gzip.write(content);
    }
    byte[] file = packed.toByteArray();
    file[EXTRA_FLAGS] = SLOWEST;
    return file;
  }

  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
