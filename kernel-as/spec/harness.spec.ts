// The one spec that always fails: it shows how a failure looks and that it is counted. `all` and `list` pass it over.
import { spec } from "./harness";

export function harnessSpecs(): void {
  spec(".fails", () => {
    assert(false, "it always fails");
  });
}
