// Surface of tools/episodes: the public episode format and its files. Not the replay, which is tools/sim.
export { EpisodeFileError, formatEpisode, parseEpisode, readEpisodes, streamEpisodes, writeEpisodes } from "./file.js";
export { Episode, EpisodeProcess, episodeEndMs, Operation } from "./types.js";
