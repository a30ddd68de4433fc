// What the mind has done since it started.
import { Figures } from "../../lib/llm-protocol";

export const figures = changetype<Figures>(memory.data(88, 8));
if (offsetof<Figures>() !== 88) ERROR("the figures' buffer is stale");
