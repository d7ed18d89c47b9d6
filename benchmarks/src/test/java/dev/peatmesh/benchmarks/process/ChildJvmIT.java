package dev.peatmesh.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChildJvmIT {
  private final ChildJvm child = ChildJvm.start(Parrot.class, List.of(), "polly:");

  @AfterEach
  void end() {
    child.close();
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void answersOneRequestAfterAnother() {
    assertThat(child.ask("say good day")).isEqualTo("polly: good day");
    assertThat(child.ask("say good night")).isEqualTo("polly: good night");
  }

  @Test
  void reportsACommandThatFailsAndGoesOn() {
    assertThatIllegalStateException()
        .isThrownBy(() -> child.ask("fail"))
        .withMessageContaining("as asked");
    assertThat(child.ask("say still here")).isEqualTo("polly: still here");
  }

  @Test
  void reportsAnUnknownRequest() {
    assertThatIllegalStateException()
        .isThrownBy(() -> child.ask("sing"))
        .withMessageContaining("unknown request: sing");
  }

  @Test
  void reportsAChildThatDies() {
    assertThatIllegalStateException()
        .isThrownBy(() -> child.ask("die"))
        .withMessageContaining("ended before it answered \"die\"");
  }
}
