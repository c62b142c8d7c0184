// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ServiceQueryTest {

  @Test
  void fieldsAreReadFromTheAddress() {
    assertThat(ServiceQuery.parse("q=web+1%3A&namespace=shop&endpoints=none&sort=name&page=3"))
        .isEqualTo(new ServiceQuery("web 1:", "shop", true, true, 3));
    assertThat(ServiceQuery.parse("")).isEqualTo(ServiceQuery.ALL);
  }

  @Test
  void whatCannotBeReadIsIgnored() {
    assertThat(ServiceQuery.parse("q=%&page=-1&page=x&sort&=&&endpoints=all&other=1"))
        .isEqualTo(ServiceQuery.ALL);
    assertThat(ServiceQuery.parse("q=" + "x".repeat(5000)).text()).hasSize(100);
    assertThat(ServiceQuery.parse("page=999999999999").page()).isEqualTo(1);
  }

  @Property
  void anyQueryIsReadAndItsLinkMeansTheSame(@ForAll String text) {
    ServiceQuery query = ServiceQuery.parse("q=" + text);
    String link = query.link();
    assertThat(ServiceQuery.parse(link.substring(1, link.indexOf('#')))).isEqualTo(query);
  }

  @Test
  void linksKeepWhatWasAskedFor() {
    ServiceQuery query = new ServiceQuery("a&b=\"c\"", "shop", true, true, 2);
    assertThat(query.link())
        .isEqualTo("?q=a%26b%3D%22c%22&namespace=shop&endpoints=none&sort=name&page=2#services");
    assertThat(ServiceQuery.ALL.link()).isEqualTo("/#services");
  }
}
