// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import java.util.List;
import java.util.Locale;

/** A small curve of rates, drawn here so that no script is needed. */
final class Sparkline {

  private static final int WIDTH = 120;
  private static final int HEIGHT = 24;

  private Sparkline() {}

  /**
   * The curve, scaled to its own peak.
   *
   * @param history from the oldest to the latest; what lies before it is not drawn
   */
  static void draw(Html html, List<Float> history) {
    if (history.size() < 2) {
      return;
    }
    float peak = 0;
    for (float rate : history) {
      peak = Math.max(peak, rate);
    }
    if (peak == 0) {
      return;
    }
    double step = (double) WIDTH / (RateHistory.POINTS - 1);
    double left = WIDTH - step * (history.size() - 1);
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < history.size(); i++) {
      double y = HEIGHT - 1 - history.get(i) / peak * (HEIGHT - 2);
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", left + i * step, y));
    }
    String line = points.toString().strip();
    html.markup("<svg class=\"spark\" viewBox=\"0 0 %d %d\" role=\"img\"".formatted(WIDTH, HEIGHT))
        .markup(" aria-label=\"at most %s a second\">".formatted(rate(peak)))
        .markup(String.format(Locale.ROOT, "<polygon points=\"%.1f,%d ", left, HEIGHT))
        .markup(line)
        .markup(" %d,%d\"/>".formatted(WIDTH, HEIGHT))
        .markup("<polyline points=\"" + line + "\"/></svg>");
  }

  /** A rate with as many digits as people read: {@code 0.4}, {@code 12}. */
  static String rate(float rate) {
    if (rate < 0.05) {
      return rate == 0 ? "0" : "<0.1";
    }
    return String.format(Locale.ROOT, rate < 9.95 ? "%.1f" : "%.0f", rate);
  }
}
