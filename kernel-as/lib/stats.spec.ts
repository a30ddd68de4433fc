// Specs of stats.ts.
import { room, spec } from "../spec/harness";
import * as stats from "./stats";

export function statsSpecs(): void {
  spec("lib/stats/buckets", () => {
    assert(stats.bucketOf(0, 40) == 0 && stats.bucketOf(1, 40) == 1 && stats.bucketOf(2, 40) == 2 && stats.bucketOf(3, 40) == 2 && stats.bucketOf(4, 40) == 3, "2^(i−1) ≤ v < 2^i");
    assert(stats.bucketOf(u64.MAX_VALUE, 40) == 39, "the last takes the rest");
    assert(stats.bucketLimit(0, 40) == 0 && stats.bucketLimit(3, 40) == 7 && stats.bucketLimit(39, 40) == u64.MAX_VALUE, "limits");
    for (let i: u32 = 1; i < 38; i++)
      assert(stats.bucketOf(stats.bucketLimit(i, 40), 40) == i && stats.bucketOf(stats.bucketLimit(i, 40) + 1, 40) == i + 1, "limits part the buckets");
  });

  spec("lib/stats/quantiles", () => {
    const buckets = room(40 * 8);
    assert(stats.bucketsQuantile(buckets, 40, 500_000) == 0, "of nothing");
    for (let value: u64 = 1; value <= 1000; value++) stats.bucketsAdd(buckets, 40, value);
    assert(stats.bucketsQuantile(buckets, 40, 0) == 1, "the least");
    assert(stats.bucketsQuantile(buckets, 40, 500_000) == 511, "the median 500 lies in 256…511");
    assert(stats.bucketsQuantile(buckets, 40, 990_000) == 1023 && stats.bucketsQuantile(buckets, 40, 1_000_000) == 1023, "the top");
    stats.bucketsClear(buckets, 40);
    assert(stats.bucketsQuantile(buckets, 40, 500_000) == 0, "cleared");
  });

  spec("lib/stats/running", () => {
    const running = changetype<stats.Running>(room(offsetof<stats.Running>()));
    running.clear();
    assert(running.mean() == 0, "of nothing");
    for (let value: u64 = 10; value <= 20; value++) running.add(value);
    assert(running.count == 11 && running.mean() == 15 && running.minimum == 10 && running.maximum == 20, "mean and extremes");
    assert(stats.movingAverage(1000, 2000, 3) == 1125 && stats.movingAverage(2000, 1000, 3) == 1875 && stats.movingAverage(5, 5, 3) == 5, "moving average");
  });
}
