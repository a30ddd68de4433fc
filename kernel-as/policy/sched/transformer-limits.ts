// How much of the past the transformer looks at: the same for the policy, the learner and the trainer.

/** Requests that have ended and are still looked at. */
export const PASTS: u32 = 32;
/** Of one image at most so many, the newest. */
export const PASTS_OF_IMAGE: u32 = 4;
