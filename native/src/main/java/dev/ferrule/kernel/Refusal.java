// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;

/** Says in words what a batch could not do, and why. */
final class Refusal {

  private Refusal() {}

  /**
   * @param subject an {@link Operation}, an {@link AffinityRestore}, or for the whole batch its
   *     {@link Transaction}
   */
  static KernelException of(Object subject, int errno, String kernelText) {
    return new KernelException(
        operation(subject), object(subject), errno, kernelText, reason(subject, errno));
  }

  private static String operation(Object subject) {
    if (subject instanceof Operation.AddTable) {
      return "add " + object(subject);
    } else if (subject instanceof Operation.DeleteTable) {
      return "delete " + object(subject);
    } else if (subject instanceof Operation.AddSet || subject instanceof Operation.AddChain) {
      return "add " + object(subject);
    } else if (subject instanceof Operation.DeleteSet || subject instanceof Operation.DeleteChain) {
      return "delete " + object(subject);
    } else if (subject instanceof Operation.FlushChain) {
      return "flush " + object(subject);
    } else if (subject instanceof Operation.AddRule add) {
      return "add a rule to " + object(add) + ": " + add.rule().statements();
    } else if (subject instanceof Operation.AddElements add) {
      return "add " + count(add.elements().size()) + " to " + object(add);
    } else if (subject instanceof Operation.DeleteElements delete) {
      return "delete " + count(delete.keys().size()) + " of " + object(delete);
    } else if (subject instanceof AffinityRestore restore) {
      return "restore " + restore.clients().size() + " clients in " + object(restore);
    } else if (subject instanceof Transaction transaction) {
      return "commit " + transaction.operations().size() + " operations";
    }
    return subject.toString();
  }

  private static String count(int elements) {
    return elements == 1 ? "1 element" : elements + " elements";
  }

  /** The kernel object as nft would name it. */
  private static String object(Object subject) {
    if (subject instanceof AffinityRestore restore) {
      return set(restore.family(), restore.map());
    }
    if (!(subject instanceof Operation operation)) {
      return "";
    }
    IpFamily family = operation.family();
    if (operation instanceof Operation.AddSet add) {
      return set(family, add.declaration());
    } else if (operation instanceof Operation.DeleteSet delete) {
      return set(family, delete.declaration());
    } else if (operation instanceof Operation.AddElements add) {
      return set(family, add.declaration());
    } else if (operation instanceof Operation.DeleteElements delete) {
      return set(family, delete.declaration());
    } else if (operation instanceof Operation.AddChain add) {
      return chain(family, add.chain().name());
    } else if (operation instanceof Operation.DeleteChain delete) {
      return chain(family, delete.chain());
    } else if (operation instanceof Operation.FlushChain flush) {
      return chain(family, flush.chain());
    } else if (operation instanceof Operation.AddRule add) {
      return chain(family, add.chain());
    }
    return "table " + table(family);
  }

  private static String set(IpFamily family, SetDeclaration declaration) {
    String kind = declaration.kind() == SetDeclaration.Kind.SET ? "set " : "map ";
    return kind + table(family) + " " + declaration.name();
  }

  private static String chain(IpFamily family, String chain) {
    return "chain " + table(family) + " " + chain;
  }

  private static String table(IpFamily family) {
    return NfTables.familyName(family) + " " + TableState.NAME;
  }

  private static String reason(Object subject, int errno) {
    return switch (errno) {
      case Errno.EPERM ->
          // Opening nf_tables asks for the privilege already.
          subject instanceof Operation
              ? "the table belongs to a running program, most likely ferrule run with the setting"
                  + " ferrule.tableOwner, and nobody else may change it; stop that first"
              : NftablesKernel.NEEDS_PRIVILEGE;
      case Errno.ENFILE, Errno.ENOSPC ->
          subject instanceof Operation.AddElements add
              ? "it is full: it was declared with room for "
                  + add.declaration().size()
                  + " elements; try to replace the table with a larger one"
              : "";
      case Errno.EEXIST ->
          subject instanceof Operation.AddElements
              ? "one of the keys is there with another value; try to read the table again"
              : "it exists and is something else; try to read the table again";
      case Errno.ENOENT ->
          subject instanceof Operation.AddRule
              ? "it or something it names does not exist, or the kernel lacks one of its"
                  + " expressions; try `modprobe nft_nat nft_masq nft_fib_ipv4 nft_fib_ipv6"
                  + " nft_numgen nft_reject` or read the table again"
              : "it, or something it names, does not exist; try to read the table again";
      case Errno.EBUSY -> "something else in the kernel still uses it";
      default -> "";
    };
  }
}
