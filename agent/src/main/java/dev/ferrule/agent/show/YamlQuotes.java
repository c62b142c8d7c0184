// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.util.regex.Pattern;

/**
 * Quotes texts that some reader of YAML could take for a number or a time, such as {@code 1e3} or
 * {@code 2026-01-01T00:00:00Z}, and leaves IPv4 addresses bare as kubectl does.
 */
final class YamlQuotes extends StringQuotingChecker.Default {

  private static final long serialVersionUID = 1;
  private static final Pattern LIKE_A_NUMBER = Pattern.compile("[-+]?\\.?[0-9][-+0-9a-zA-Z_.:]*");
  private static final Pattern IPV4 = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+");

  @Override
  public boolean needToQuoteValue(String value) {
    return super.needToQuoteValue(value)
        || (LIKE_A_NUMBER.matcher(value).matches() && !IPV4.matcher(value).matches());
  }
}
