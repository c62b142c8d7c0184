// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.ConfigurationOptions;
import dev.ferrule.agent.support.Archive;
import dev.ferrule.agent.support.HostParts;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "support-dump",
    mixinStandardHelpOptions = true,
    description =
        "Writes an archive that helps to find out what is wrong: state, settings, Services,"
            + " rules and kernel parameters of this host. No credentials and no annotations are in"
            + " it, but names, addresses and labels of Services are.",
    footer = "What cannot be had is noted in the archive; without an agent that is much of it.")
final class SupportDumpCommand implements Callable<Integer> {

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'ferrule-support-'yyyyMMdd-HHmmss", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  @Spec private CommandSpec spec;

  @Mixin private ControlSocketOption socket;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE.tar.gz",
      description = "The archive (default: ferrule-support-TIME.tar.gz in this directory).")
  private @Nullable Path file;

  @Override
  public Integer call() {
    Instant now = Instant.now();
    String name = NAME.format(now);
    Path target = file == null ? Path.of(name + ".tar.gz") : file;
    try (OutputStream out = create(target);
        Archive archive = new Archive(out, now)) {
      write(archive, name + "/");
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(target + " is there already; choose another name");
    } catch (IOException e) {
      throw new CommandFailure("could not write " + target + ": " + e.getMessage());
    }
    spec.commandLine().getOut().println(target);
    return ExitCode.OK;
  }

  /** Nobody else can read it. */
  private static OutputStream create(Path target) throws IOException {
    return Channels.newOutputStream(
        Files.newByteChannel(
            target,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
  }

  private void write(Archive archive, String folder) throws IOException {
    archive.add(folder + "versions.txt", versions());
    archive.add(folder + "kernel-parameters.txt", HostParts.parameters());
    archive.add(folder + "conntrack-statistics.txt", HostParts.connectionTracking());
    archive.add(folder + "tables-of-all.txt", HostParts.tableNames());
    archive.add(folder + "rules.txt", HostParts.ourTables());
    archive.add(folder + "iptables-rules.txt", HostParts.ourIptablesRules());
    for (SupportPartsCommand.Part part : SupportPartsCommand.Part.values()) {
      archive.add(folder + part.file(), fromAgent(part));
    }
  }

  private String fromAgent(SupportPartsCommand.Part part) {
    StringWriter errors = new StringWriter();
    try {
      return socket.ask(new PrintWriter(errors), SupportPartsCommand.NAME, part.name());
    } catch (CommandFailure e) {
      if (part == SupportPartsCommand.Part.DOCTOR) {
        return SupportPartsCommand.doctor(new ConfigurationOptions().resolve(warning -> {}));
      }
      return "not known: " + e.getMessage() + "\n" + errors;
    }
  }

  private static String versions() {
    return "ferrule "
        + ThisProcess.version()
        + "\nJava "
        + System.getProperty("java.version", "")
        + "\nLinux "
        + System.getProperty("os.version", "")
        + " "
        + System.getProperty("os.arch", "")
        + "\n";
  }
}
