// Surface of tools/episodes: the public episode format and its files, the protocol by which alarms are judged, the families.
// Not the replay, which is tools/sim.
export { foreseeable, indistinguishableFromMs } from "./ceilings.js";
export { committedAt, type Demand, demandOf } from "./demand.js";
export { Draw } from "./families/draw.js";
export { FIRST_SEED, familyEpisode, familyNames, SETS, type SetName, seededEpisode, seededEpisodes } from "./families/index.js";
export { EpisodeFileError, formatEpisode, parseEpisode, readEpisodes, streamEpisodes, writeEpisodes } from "./file.js";
export { AHEAD_MS, ALARM_CONFIDENCE, BEAT_MS, HORIZON_MS, judgeAlarm, LEAD_MS, SEEN_MS, STRICT_SEEN_MS, type Verdict } from "./protocol.js";
export { Episode, EpisodeProcess, episodeEndMs, Operation } from "./types.js";
