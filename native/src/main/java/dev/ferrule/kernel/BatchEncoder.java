// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import java.util.List;

/** Writes the operations of a transaction as messages of a {@link Batch}. */
final class BatchEncoder {

  private final Batch batch;
  private final NetlinkWriter out;
  private final ElementWriter elements;
  private final ExpressionWriter expressions;
  private final boolean owner;

  /**
   * @param owner whether tables are made ours alone; those that are there must be such already
   */
  BatchEncoder(Batch batch, boolean owner) {
    this.batch = batch;
    this.owner = owner;
    this.out = batch.out();
    this.elements = new ElementWriter(batch);
    this.expressions = new ExpressionWriter(out);
  }

  void write(Transaction transaction, List<AffinityRestore> restores) {
    List<Operation> operations = transaction.operations();
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      batch.step(operation);
      if (operation instanceof Operation.AddTable) {
        boolean goes =
            operations
                .subList(i, operations.size())
                .contains(new Operation.DeleteTable(operation.family()));
        addTable(operation.family(), TableState.NAME, owner && !goes);
      } else {
        write(operation);
      }
    }
    for (AffinityRestore restore : restores) {
      batch.step(restore);
      elements.restore(restore.family(), restore.map(), restore.clients());
    }
  }

  private void write(Operation operation) {
    IpFamily family = operation.family();
    if (operation instanceof Operation.DeleteTable) {
      deleteTable(family, TableState.NAME);
    } else if (operation instanceof Operation.AddSet add) {
      int message = batch.begin(NfTables.NFT_MSG_NEWSET, NfTables.NLM_F_CREATE, family);
      setName(NfTables.NFTA_SET_TABLE, NfTables.NFTA_SET_NAME, add.declaration());
      SetCodec.write(out, family, add.declaration(), batch.sequence());
      batch.end(message);
    } else if (operation instanceof Operation.DeleteSet delete) {
      int message = batch.begin(NfTables.NFT_MSG_DELSET, 0, family);
      setName(NfTables.NFTA_SET_TABLE, NfTables.NFTA_SET_NAME, delete.declaration());
      batch.end(message);
    } else if (operation instanceof Operation.AddChain add) {
      addChain(family, add.chain());
    } else if (operation instanceof Operation.DeleteChain delete) {
      int message = batch.begin(NfTables.NFT_MSG_DELCHAIN, 0, family);
      out.text(NfTables.NFTA_CHAIN_TABLE, TableState.NAME);
      out.text(NfTables.NFTA_CHAIN_NAME, delete.chain());
      batch.end(message);
    } else if (operation instanceof Operation.FlushChain flush) {
      // Deleting a rule without saying which deletes all of the chain.
      int message = batch.begin(NfTables.NFT_MSG_DELRULE, 0, family);
      out.text(NfTables.NFTA_RULE_TABLE, TableState.NAME);
      out.text(NfTables.NFTA_RULE_CHAIN, flush.chain());
      batch.end(message);
    } else if (operation instanceof Operation.AddRule add) {
      addRule(add);
    } else if (operation instanceof Operation.AddElements add) {
      elements.add(family, add.declaration(), add.elements());
    } else if (operation instanceof Operation.DeleteElements delete) {
      elements.delete(family, delete.declaration(), delete.keys());
    } else {
      throw new IllegalArgumentException("cannot write " + operation);
    }
  }

  /** Without flags a table that is there keeps its own; giving others is an error. */
  void addTable(IpFamily family, String name, boolean owned) {
    int message = batch.begin(NfTables.NFT_MSG_NEWTABLE, NfTables.NLM_F_CREATE, family);
    out.text(NfTables.NFTA_TABLE_NAME, name);
    if (owned) {
      out.u32(NfTables.NFTA_TABLE_FLAGS, NfTables.NFT_TABLE_F_OWNER | NfTables.NFT_TABLE_F_PERSIST);
    }
    batch.end(message);
  }

  void deleteTable(IpFamily family, String name) {
    int message = batch.begin(NfTables.NFT_MSG_DELTABLE, 0, family);
    out.text(NfTables.NFTA_TABLE_NAME, name);
    batch.end(message);
  }

  private void setName(int tableType, int nameType, SetDeclaration declaration) {
    out.text(tableType, TableState.NAME);
    out.text(nameType, declaration.name());
  }

  private void addChain(IpFamily family, Chain chain) {
    int message = batch.begin(NfTables.NFT_MSG_NEWCHAIN, NfTables.NLM_F_CREATE, family);
    out.text(NfTables.NFTA_CHAIN_TABLE, TableState.NAME);
    out.text(NfTables.NFTA_CHAIN_NAME, chain.name());
    Chain.Hook hook = chain.hook();
    if (hook != null) {
      out.text(NfTables.NFTA_CHAIN_TYPE, hook.type().nftName());
      out.u32(NfTables.NFTA_CHAIN_POLICY, NfTables.NF_ACCEPT);
      int nested = out.open(NfTables.NFTA_CHAIN_HOOK);
      out.u32(NfTables.NFTA_HOOK_HOOKNUM, hook.point().number());
      out.u32(NfTables.NFTA_HOOK_PRIORITY, hook.priority());
      out.close(nested);
    }
    batch.end(message);
  }

  private void addRule(Operation.AddRule add) {
    int flags = NfTables.NLM_F_CREATE | NfTables.NLM_F_APPEND;
    int message = batch.begin(NfTables.NFT_MSG_NEWRULE, flags, add.family());
    out.text(NfTables.NFTA_RULE_TABLE, TableState.NAME);
    out.text(NfTables.NFTA_RULE_CHAIN, add.chain());
    int list = out.open(NfTables.NFTA_RULE_EXPRESSIONS);
    RuleEncoder.encode(add.family(), add.rule()).forEach(expressions::write);
    out.close(list);
    batch.end(message);
  }
}
