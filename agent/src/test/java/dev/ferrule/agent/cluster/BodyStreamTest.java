// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A body is read as it arrives, and its end is one of several. */
@Timeout(20)
class BodyStreamTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final BodyStream stream = new BodyStream(PATIENCE);

  /** Hands over one buffer each time it is asked, at once, as a client may. */
  private static class Body implements AsyncBody {
    final Queue<String> texts;
    final CompletableFuture<Void> done = new CompletableFuture<>();
    final BodyStream to;
    int asked;
    boolean cancelled;

    Body(BodyStream to, String... texts) {
      this.to = to;
      this.texts = new ArrayDeque<>(List.of(texts));
    }

    @Override
    public void consume() {
      asked++;
      String next = texts.poll();
      if (next == null) {
        done.complete(null);
      } else {
        to.arrived(List.of(buffer(next)), this);
      }
    }

    @Override
    public CompletableFuture<Void> done() {
      return done;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void whatArrivesIsReadInOrderAndThenTheEnd() throws IOException {
    stream.begin(new Body(stream, "one ", "", "two ", "three"));
    assertThat(text(stream.readAllBytes())).isEqualTo("one two three");
    assertThat(stream.read()).isEqualTo(-1);
  }

  @Test
  void aReadTakesWhatIsThereAndLeavesTheRest() throws IOException {
    stream.begin(new Body(stream, "abcdef"));
    byte[] bytes = new byte[4];
    assertThat(stream.read(bytes, 1, 2)).isEqualTo(2);
    assertThat(bytes).containsExactly(0, 'a', 'b', 0);
    assertThat(stream.read()).isEqualTo('c');
    assertThat(text(stream.readAllBytes())).isEqualTo("def");
  }

  @Test
  void noMoreIsAskedForThanIsRead() throws IOException {
    Body body = new Body(stream, "a", "b", "c");
    stream.begin(body);
    assertThat(body.asked).isZero();
    assertThat(stream.read()).isEqualTo('a');
    assertThat(body.asked).isEqualTo(1);
  }

  @Test
  void dataMayComeBeforeTheAnswerIsKnown() throws IOException {
    Body body = new Body(stream);
    stream.arrived(List.of(buffer("early ")), body);
    body.texts.add("late");
    stream.begin(body);
    assertThat(text(stream.readAllBytes())).isEqualTo("early late");
  }

  @Test
  void aReadWaitsForWhatComesLater() throws Exception {
    Body body =
        new Body(stream) {
          @Override
          public void consume() {
            asked++;
          }
        };
    stream.begin(body);
    Thread later =
        new Thread(
            () -> {
              stream.arrived(List.of(buffer("x")), body);
              body.done.complete(null);
            });
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return text(stream.readAllBytes());
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    later.start();
    assertThat(read.get()).isEqualTo("x");
  }

  @Test
  void whatArrivedBeforeAnErrorIsReadBeforeIt() throws IOException {
    Body body = new Body(stream, "abc");
    stream.begin(body);
    assertThat(stream.read()).isEqualTo('a');
    body.done.completeExceptionally(new IOException("reset"));
    assertThat(stream.readNBytes(2)).containsExactly('b', 'c');
    assertThatThrownBy(stream::read).hasMessage("the connection broke: reset");
  }

  @Test
  void silenceIsAnErrorOfItsOwn() {
    BodyStream impatient = new BodyStream(Duration.ofMillis(20));
    assertThatThrownBy(impatient::read)
        .isInstanceOf(BodyStream.SilenceException.class)
        .hasMessage("nothing was heard for 20 ms");
  }

  @Test
  void closingCancelsTheAnswer() {
    Body body = new Body(stream, "a");
    stream.begin(body);
    stream.close();
    assertThat(body.cancelled).isTrue();
  }

  @Test
  void anInterruptEndsTheRead() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessage("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
