// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.rules.nftables.Counting;

/** The table of Services, with a form to choose among them. */
final class ServicesSection {

  private final Html html;
  private final PageView view;
  private final Counting counting;

  ServicesSection(Html html, PageView view) {
    this.html = html;
    this.view = view;
    this.counting = view.standing().about().counting();
  }

  void write() {
    ServiceQuery asked = view.asked();
    html.markup("<section aria-labelledby=\"services\">\n<h2 id=\"services\">Services</h2>\n")
        .markup("<form action=\"/#services\" method=\"get\">\n")
        .markup("<label>Name, address or port <input type=\"search\" name=\"q\" value=\"")
        .text(asked.text())
        .markup("\"></label>\n<label>Namespace <input name=\"namespace\" value=\"")
        .text(asked.namespace())
        .markup("\"></label>\n")
        .markup(hidden(asked.refused(), "endpoints", "none"))
        .markup(hidden(asked.byName(), "sort", "name"))
        .markup("<button>Show</button>\n</form>\n<div id=\"service-table\" data-live>\n");
    ServiceRows.Chosen chosen = view.services();
    if (chosen == null) {
      html.markup("<p>Not known: the agent is starting or busy with a commit.</p>\n");
    } else {
      counts(chosen);
      table(chosen);
      pages(chosen);
    }
    html.markup("</div>\n</section>\n");
  }

  private static String hidden(boolean there, String name, String value) {
    return there ? "<input type=\"hidden\" name=\"" + name + "\" value=\"" + value + "\">\n" : "";
  }

  private void counts(ServiceRows.Chosen chosen) {
    ServiceQuery query = chosen.query();
    html.markup("<p>");
    if (chosen.found() == chosen.all()) {
      html.number(chosen.all()).markup(" with rules");
    } else {
      html.number(chosen.found()).markup(" of ").number(chosen.all()).markup(" with rules");
      html.markup(" (<a href=\"/#services\">all</a>)");
    }
    if (chosen.refused() > 0 && !query.refused()) {
      html.markup(", <a class=\"bad\" href=\"")
          .text(new ServiceQuery("", "", true, false, 1).link())
          .markup("\">")
          .number(chosen.refused())
          .markup(" without endpoints</a>");
    }
    html.markup("; sorted by ").markup(query.byName() ? "name, " : "rate, ").markup("<a href=\"");
    html.text(query.sortedByName(!query.byName()).link())
        .markup(query.byName() ? "\">by rate</a>" : "\">by name</a>");
    html.markup(".</p>\n");
    if (counting == Counting.OFF) {
      html.markup("<p class=\"hint\">Connections are not counted, so there are no rates")
          .markup(
              view.standing().about().mode().equals("nftables")
                  ? "; set <code>ferrule.counters</code> to <code>services</code> or"
                      + " <code>endpoints</code> to see them.</p>\n"
                  : "; mode nftables can count them.</p>\n");
    } else if (!view.ratesKnown()) {
      html.markup("<p class=\"hint\">Rates come with the second reading of the counters, in ")
          .number(RateSampler.PERIOD.toSeconds())
          .markup(" seconds.</p>\n");
    }
  }

  private void table(ServiceRows.Chosen chosen) {
    if (chosen.rows().isEmpty()) {
      html.markup("<p>None.</p>\n");
      return;
    }
    html.markup("<table>\n<thead><tr><th>Service</th><th class=\"number\">Endpoints</th>");
    if (counting != Counting.OFF) {
      html.markup("<th class=\"number\">New/s</th><th>Last 5 minutes</th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
    chosen.rows().forEach(this::row);
    html.markup("</tbody></table>\n");
  }

  private void row(ServiceRow row) {
    html.markup("<tr><td><details id=\"s/")
        .text(row.name().toString())
        .markup("\"><summary>")
        .text(row.name().namespace())
        .markup("/<b>")
        .text(row.name().name())
        .markup("</b></summary>\n");
    row.ports().forEach(this::port);
    html.markup("</details></td><td class=\"number")
        .markup(row.isRefused() ? " bad\">" : "\">")
        .number(row.endpoints());
    if (counting != Counting.OFF) {
      html.markup("</td><td class=\"number\">")
          .text(Sparkline.rate(row.rate()))
          .markup("</td><td>");
      Sparkline.draw(html, row.history());
    }
    html.markup("</td></tr>\n");
  }

  private void port(ServiceRow.PortRow port) {
    html.markup("<p>");
    if (!port.name().isEmpty()) {
      html.markup("Port <b>").text(port.name()).markup("</b> ");
    }
    html.text(String.join(", ", port.addresses()));
    more(port.moreAddresses());
    if (counting != Counting.OFF) {
      html.text(": " + Sparkline.rate(port.rate()) + " a second");
    }
    html.markup("</p>\n");
    if (!port.fate().isEmpty()) {
      html.markup("<p class=\"bad\">").text(port.fate()).markup("</p>\n");
    }
    if (!port.endpoints().isEmpty()) {
      html.markup("<ul>\n");
      for (ServiceRow.EndpointRow endpoint : port.endpoints()) {
        html.markup("<li>").text(endpoint.address());
        if (counting == Counting.ENDPOINTS) {
          html.text(" " + Sparkline.rate(endpoint.rate()) + "/s");
        }
        html.markup("</li>\n");
      }
      html.markup("</ul>\n");
      if (port.moreEndpoints() > 0) {
        html.markup("<p>");
        more(port.moreEndpoints());
        html.markup(" endpoints; <code>ferrule get endpoints</code> lists all</p>\n");
      }
    }
  }

  private void more(int more) {
    if (more > 0) {
      html.markup(" and ").number(more).markup(" more");
    }
  }

  private void pages(ServiceRows.Chosen chosen) {
    if (chosen.pages() == 1) {
      return;
    }
    ServiceQuery query = chosen.query();
    html.markup("<p>Page ").number(query.page()).markup(" of ").number(chosen.pages());
    if (query.page() > 1) {
      html.markup(" <a rel=\"prev\" href=\"")
          .text(query.at(query.page() - 1).link())
          .markup("\">previous</a>");
    }
    if (query.page() < chosen.pages()) {
      html.markup(" <a rel=\"next\" href=\"")
          .text(query.at(query.page() + 1).link())
          .markup("\">next</a>");
    }
    html.markup("</p>\n");
  }
}
