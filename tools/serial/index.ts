// The surface of tools/serial: the machine console's stream taken apart.
export { EPITAPH_END, EPITAPH_START, EpitaphScanner } from "./epitaph.js";
export { type FrameEvent, FrameParser, MARK_LIMIT_BYTES } from "./frames.js";
export { Newlines } from "./newlines.js";
