// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.Serial;

/**
 * The kernel refused something, or could not be asked. The message is one sentence for the
 * operator: could not do what, because of what, and what to try where that is known.
 */
public final class KernelException extends Exception {

  @Serial private static final long serialVersionUID = 1;

  private final String operation;
  private final String object;
  private final int errno;
  private final String kernelText;

  /**
   * @param operation what was tried, as the rest of "could not"
   * @param object the object concerned, or empty
   * @param errno the kernel's error number, 0 if the failure is not one of a call
   * @param kernelText what the kernel said in words (NLMSGERR_ATTR_MSG), or empty
   * @param reason why it failed and what to try, in our words; empty to name the error only
   */
  KernelException(String operation, String object, int errno, String kernelText, String reason) {
    super(message(operation, object, errno, kernelText, reason));
    this.operation = operation;
    this.object = object;
    this.errno = errno;
    this.kernelText = kernelText;
  }

  /** A failed call about which we know nothing more than its error. */
  static KernelException of(String operation, int errno) {
    return new KernelException(operation, "", errno, "", "");
  }

  /** A failed call with its reason in words. */
  static KernelException of(String operation, int errno, String reason) {
    return new KernelException(operation, "", errno, "", reason);
  }

  private static String message(
      String operation, String object, int errno, String kernelText, String reason) {
    StringBuilder text = new StringBuilder("could not ").append(operation);
    if (!object.isEmpty() && !operation.contains(object)) {
      text.append(" (").append(object).append(')');
    }
    text.append(" because ");
    if (!reason.isEmpty()) {
      text.append(reason);
    } else if (kernelText.isEmpty()) {
      text.append("the kernel answered ").append(Errno.name(errno));
    } else {
      text.append("the kernel said: ").append(kernelText);
    }
    if (errno != 0 && !text.toString().endsWith(Errno.name(errno))) {
      text.append(" [").append(Errno.name(errno)).append(']');
    }
    return text.toString();
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What was tried, for example {@code add 3 elements to set masq}. */
  public String operation() {
    return operation;
  }

  /** The kernel object concerned, or empty. */
  public String object() {
    return object;
  }

  /** The error number; 0 if it was not a call that failed. */
  public int errno() {
    return errno;
  }

  /** The error's name, for example {@code EPERM}; empty if there is no error number. */
  public String errnoName() {
    return errno == 0 ? "" : Errno.name(errno);
  }

  /** What the kernel said in words (extended acknowledgement); often empty. */
  public String kernelText() {
    return kernelText;
  }

  /** Whether the process lacks the privilege (root or CAP_NET_ADMIN). */
  public boolean isMissingPrivilege() {
    return errno == Errno.EPERM;
  }
}
