// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HtmlTest {

  @Test
  void textOfOthersStaysText() {
    assertThat(new Html().text("<script>alert('1 & \"2\"')</script>").toString())
        .isEqualTo("&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;");
  }

  @Test
  void whatCouldHideTextIsShownAsUnprintable() {
    assertThat(new Html().text("a\u0000b\u202ec\u001b[2Jd\n").toString())
        .isEqualTo("a\ufffdb\ufffdc\ufffd[2Jd\n");
  }

  @Property
  void noTextEndsAnElementOrAnAttribute(@ForAll String text) {
    assertThat(new Html().text(text).toString()).doesNotContain("<", ">", "\"", "'");
  }
}
