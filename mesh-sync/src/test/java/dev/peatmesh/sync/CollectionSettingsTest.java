package dev.peatmesh.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionSettingsTest {
  private static final CollectionSettings REPORTS =
      CollectionSettings.forCollection("contact_reports");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "beacons",
        "platforms",
        "tracks",
        "nodes",
        "cells",
        "node_states",
        "squad_summaries",
        "platoon_summaries",
        "company_summaries"
      })
  void telemetryKeepsTheLatestOnly(String name) {
    assertThat(CollectionSettings.forCollection(name).mode()).isEqualTo(SyncMode.LATEST_ONLY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "contact_reports",
        "commands",
        "audit_logs",
        "alerts",
        "track_history",
        "capability_history",
        "anything else"
      })
  void everythingElseKeepsItsHistory(String name) {
    assertThat(CollectionSettings.forCollection(name).mode()).isEqualTo(SyncMode.FULL_HISTORY);
  }

  @Test
  void editsSurviveAndNothingExpiresByDefault() {
    assertThat(REPORTS.deletes()).isEqualTo(DeletePolicy.EDIT_WINS);
    assertThat(REPORTS.timeToLive()).isEmpty();
    assertThat(REPORTS.indexes()).isEmpty();
  }

  @Test
  void eachSettingChangesAlone() {
    CollectionSettings settings =
        REPORTS
            .withMode(SyncMode.LATEST_ONLY)
            .withDeletes(DeletePolicy.DELETE_WINS)
            .withTimeToLive(Duration.ofHours(1))
            .withIndexes(List.of("position.zone"));
    assertThat(settings.mode()).isEqualTo(SyncMode.LATEST_ONLY);
    assertThat(settings.deletes()).isEqualTo(DeletePolicy.DELETE_WINS);
    assertThat(settings.timeToLive()).contains(Duration.ofHours(1));
    assertThat(settings.indexes()).containsExactly("position.zone");
    assertThat(settings.withoutTimeToLive().timeToLive()).isEmpty();
  }

  @Test
  void theContractIsTheModeAndTheDeletePolicyOnly() {
    CollectionSettings latest = REPORTS.withMode(SyncMode.LATEST_ONLY);
    assertThat(
            List.of(
                REPORTS.contract(),
                latest.contract(),
                REPORTS.withDeletes(DeletePolicy.DELETE_WINS).contract(),
                latest.withDeletes(DeletePolicy.DELETE_WINS).contract()))
        .doesNotHaveDuplicates();
    assertThat(latest.withTimeToLive(Duration.ofHours(1)).withIndexes(List.of("a")).contract())
        .isEqualTo(latest.contract());
  }

  @Test
  void whatIsOutOfBoundsIsRefusedWithTheBound() {
    assertThatThrownBy(() -> REPORTS.withTimeToLive(Duration.ofMillis(999)))
        .hasMessageContaining("timeToLive(PT0.999S): is outside PT1S");
    assertThatThrownBy(() -> REPORTS.withTimeToLive(Duration.ofDays(36_501)))
        .hasMessageContaining("is outside");
    assertThatThrownBy(() -> REPORTS.withIndexes(Collections.nCopies(17, "a")))
        .hasMessageContaining("are 17; at most 16");
    assertThatThrownBy(() -> REPORTS.withIndexes(List.of("a", "a")))
        .hasMessageContaining("indexes(a): is there twice");
    for (String path : List.of("", ".a", "a.", "a..b", "a".repeat(256))) {
      assertThatThrownBy(() -> REPORTS.withIndexes(List.of(path)))
          .hasMessageContaining("is no dotted path");
    }
  }
}
