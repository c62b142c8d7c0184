// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.SetDeclaration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Deletes elements that may be gone already. Linux 6.3 has a message for that; before, one missing
 * element makes its whole batch fail, so each gets a batch of its own.
 */
final class AffinityEraser {

  /** Sends a batch. */
  interface Submit {
    void batch(Batch batch, Object subject) throws KernelException;
  }

  private final Supplier<Batch> newBatch;
  private final Submit submit;

  AffinityEraser(Supplier<Batch> newBatch, Submit submit) {
    this.newBatch = newBatch;
    this.submit = submit;
  }

  void forget(IpFamily family, SetDeclaration map, List<Bytes> keys) throws KernelException {
    try {
      forgetTogether(family, map, keys);
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL && e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
      forgetOneByOne(family, map, keys);
    }
  }

  private void forgetTogether(IpFamily family, SetDeclaration map, List<Bytes> keys)
      throws KernelException {
    Batch batch = newBatch.get();
    String subject = "forget " + keys.size() + " clients of map " + map.name();
    batch.step(subject);
    new ElementWriter(batch).destroy(family, map, keys);
    submit.batch(batch, subject);
  }

  void forgetOneByOne(IpFamily family, SetDeclaration map, List<Bytes> keys)
      throws KernelException {
    for (Bytes key : keys) {
      Batch batch = newBatch.get();
      String subject = "forget client " + key + " of map " + map.name();
      batch.step(subject);
      new ElementWriter(batch).delete(family, map, List.of(ElementKey.single(key)));
      try {
        submit.batch(batch, subject);
      } catch (KernelException e) {
        if (e.errno() != Errno.ENOENT) {
          throw e;
        }
      }
    }
  }
}
