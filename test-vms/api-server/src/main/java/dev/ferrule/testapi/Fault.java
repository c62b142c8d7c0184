// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with requests.
 *
 * @param resource those of this one only, or of all and of none if null
 * @param verb as in RBAC rules, {@code list} or {@code watch} for example; empty for all
 * @param times how many requests it happens to; 0 until it is taken back
 * @param effect what happens
 */
public record Fault(@Nullable Resource resource, String verb, int times, Effect effect) {

  /** What happens to a request. */
  public sealed interface Effect permits Refuse, Cut, Stall, Slow, Behind, Garbage {}

  /**
   * A Status of an HTTP code, with the message that the API server would send. 429 is plain text,
   * as there.
   *
   * @param code 401, 403, 410, 429, 500, 503 or any other from 400 to 599
   * @param retryAfterSeconds sent as Retry-After if not 0
   */
  public record Refuse(int code, int retryAfterSeconds) implements Effect {}

  /**
   * The connection is closed in the middle of the body.
   *
   * @param bytes how much of the body is sent before
   */
  public record Cut(long bytes) implements Effect {}

  /**
   * Nothing is sent any more, and the connection stays open, also those of watches that run
   * already. All goes on when the fault is taken back.
   *
   * @param newRequests whether requests that come now are not answered either
   */
  public record Stall(boolean newRequests) implements Effect {}

  /**
   * The answer takes its time.
   *
   * @param delay before it begins
   * @param bytesPerSecond of the body; 0 for no limit
   */
  public record Slow(Duration delay, long bytesPerSecond) implements Effect {}

  /**
   * A list is of an older version, as from a server whose cache is behind. Other requests are not
   * changed.
   *
   * @param version that has not been compacted yet
   */
  public record Behind(long version) implements Effect {}

  /** An answer that makes no sense, with status 200. */
  public enum Garbage implements Effect {
    /** As a portal or a proxy would send. */
    HTML,
    /** JSON that ends too early. */
    BROKEN_JSON,
    /** JSON of something that was not asked for. */
    WRONG_KIND,
    /** The right kind in an API version that does not exist. */
    UNKNOWN_VERSION
  }

  /** Happens until it is taken back. */
  public static Fault of(Resource resource, String verb, Effect effect) {
    return new Fault(resource, verb, 0, effect);
  }

  /** Happens to every request until it is taken back. */
  public static Fault everywhere(Effect effect) {
    return new Fault(null, "", 0, effect);
  }

  /** The same for so many requests. */
  public Fault times(int requests) {
    return new Fault(resource, verb, requests, effect);
  }

  boolean meets(@Nullable Resource ofRequest, String verbOfRequest) {
    return (resource == null || resource == ofRequest)
        && (verb.isEmpty() || verb.equals(verbOfRequest));
  }
}
