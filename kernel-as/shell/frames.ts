// What is under way: frames on a stack. A frame does one thing a step, so that the collector can work between steps with an empty stack;
// what goes on after its first step (a line, a pipeline, repeat, a file being read) is a frame, not a loop in a command.

/** Something under way. `step` returns whether it goes on; when it does not, `session.status` is its status. */
export abstract class Frame {
  abstract step(): bool;
  /** Ctrl-C ended the line: gives back what it holds. Not called at its own end. */
  close(): void {}
}

const frames: Frame[] = [];

export function pushFrame(frame: Frame): void {
  frames.push(frame);
}

/** Whether a line is under way. */
export function busy(): bool {
  return frames.length > 0;
}

/** One step of the frame on top; called while busy(). */
export function stepTop(): void {
  const frame = frames[frames.length - 1];
  if (!frame.step()) frames.splice(frames.indexOf(frame), 1);
}

/** Ends all frames, the innermost first. */
export function dropFrames(): void {
  for (let i = frames.length - 1; i >= 0; i--) frames[i].close();
  frames.length = 0;
}
