package dev.slipway.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A table in as much room as there is. */
class TableTest {
  private final Table table =
      new Table("SERVICE", Set.of("SERVICE", "IMAGE"), "SERVICE", "IMAGE", "STATE")
          .row(
              Line.of("website/web-production"),
              Line.of("web 41933e606724"),
              Line.of("not deployable"))
          .row(Line.empty(), Line.of("proxy ec25b6601012"), Line.empty())
          .row(Line.of("website/api"), Line.of("api fb0cb2aaf82d"), Line.of("paused"));

  private List<String> lines(int columns) {
    return table.lines(columns).stream().map(line -> line.print(false)).toList();
  }

  @Test
  void is_as_wide_as_what_is_in_it_where_there_is_room() {
    assertThat(lines(200))
        .containsExactly(
            "SERVICE                 IMAGE               STATE",
            "website/web-production  web 41933e606724    not deployable",
            "                        proxy ec25b6601012",
            "website/api             api fb0cb2aaf82d    paused");
  }

  @Test
  void has_its_widest_names_cut_with_an_ellipsis_and_its_states_whole() {
    assertThat(lines(48))
        .containsExactly(
            "SERVICE          IMAGE            STATE",
            "website/web-pr…  web 41933e6067…  not deployable",
            "                 proxy ec25b660…",
            "website/api      api fb0cb2aaf8…  paused");
  }

  @Test
  void leaves_out_what_people_can_do_without_before_it_cuts_names() {
    Table wide =
        new Table("SERVICE", Set.of("SERVICE"), "SERVICE", "TAG", "STATE", "SINCE")
            .withoutFirst("SINCE", "TAG")
            .row(
                Line.of("website/web"),
                Line.of("staging"),
                Line.of("paused"),
                Line.of("3 min ago"));

    assertThat(wide.lines(30).getLast().print(false)).isEqualTo("website/web  staging  paused");
    assertThat(wide.lines(20).getLast().print(false)).isEqualTo("website/web  paused");
    assertThat(wide.lines(18)).hasSize(4);
    assertThat(wide.lines(18).getLast().print(false)).isEqualTo("  since  3 min ago");
  }

  @Test
  void is_a_block_for_each_row_where_too_little_would_be_left() {
    assertThat(lines(40))
        .containsExactly(
            "website/web-production",
            "  image  web 41933e606724",
            "  state  not deployable",
            "  image  proxy ec25b6601012",
            "",
            "website/api",
            "  image  api fb0cb2aaf82d",
            "  state  paused");
    assertThat(lines(20)).contains("website/web-product…", "  image  web 41933e…");
  }
}
