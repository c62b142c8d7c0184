// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The end of those who ask. */
public final class ControlClient {

  /** An agent that says nothing for so long is not waited for. */
  private static final Duration SILENCE = Duration.ofSeconds(75);

  private static final JsonMapper JSON = new JsonMapper();

  private final PrintWriter out;
  private final PrintWriter errors;

  /** What became of a question. */
  public sealed interface Outcome {}

  /** A command was carried out; what it wrote was handed on. */
  public record Answered(int exit) implements Outcome {}

  /** There is no agent, or this user may not ask it; nothing was handed on. */
  public record Unreachable(String reason) implements Outcome {}

  /** There is an agent, and it did not answer to the end. */
  public record Failed(String reason) implements Outcome {}

  /**
   * @param out takes what the command writes to standard output
   * @param errors takes what it writes to standard error
   */
  public ControlClient(PrintWriter out, PrintWriter errors) {
    this.out = out;
    this.errors = errors;
  }

  /** Asks the agent behind a socket to carry out a command, and hands on what it writes. */
  public Outcome ask(Path socket, List<String> command) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        return new Unreachable(unreachable(socket, String.valueOf(e.getMessage())));
      }
      return talk(channel, socket, command);
    } catch (IOException e) {
      return new Failed("the agent behind " + socket + " was lost: " + e.getMessage());
    }
  }

  private static String unreachable(Path socket, String message) {
    if (message.contains("ermission denied")) {
      return "only root and members of the group "
          + SocketFile.GROUP
          + " may ask the agent behind "
          + socket
          + "; try it with sudo";
    }
    if (message.contains("refused") || message.contains("No such file")) {
      return "no agent is running here that answers on " + socket;
    }
    return "could not ask the agent behind " + socket + ": " + message;
  }

  private static void send(SocketChannel channel, List<String> command) throws IOException {
    byte[] line = (JSON.writeValueAsString(Map.of("command", command)) + "\n").getBytes(UTF_8);
    ByteBuffer request = ByteBuffer.wrap(line);
    try {
      while (request.hasRemaining()) {
        channel.write(request);
      }
    } catch (IOException e) {
      return; // an agent that refuses does not read: what it says is still to be read
    }
  }

  private Outcome talk(SocketChannel channel, Path socket, List<String> command)
      throws IOException {
    send(channel, command);
    channel.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      while (selector.select(SILENCE.toMillis()) > 0) {
        selector.selectedKeys().clear();
        if (channel.read(bytes.clear()) < 0) {
          return new Failed("the agent behind " + socket + " ended before its answer did");
        }
        for (bytes.flip(); bytes.hasRemaining(); ) {
          byte next = bytes.get();
          if (next != '\n') {
            line.write(next);
            continue;
          }
          Outcome outcome = take(JSON.readTree(line.toByteArray()));
          if (outcome != null) {
            return outcome;
          }
          line.reset();
        }
      }
    }
    return new Failed(
        "the agent behind " + socket + " did not answer within " + SILENCE.toSeconds() + " s");
  }

  private @Nullable Outcome take(JsonNode line) {
    if (line.has(AnswerLines.ERROR)) {
      return new Failed(line.path(AnswerLines.ERROR).asText());
    }
    if (line.has(AnswerLines.EXIT)) {
      out.flush();
      errors.flush();
      return new Answered(line.path(AnswerLines.EXIT).asInt());
    }
    errors.print(line.path(AnswerLines.ERRORS).asText());
    out.print(line.path(AnswerLines.OUT).asText());
    return null;
  }
}
