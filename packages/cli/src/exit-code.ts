/** What a script learns from a command without reading its words. */
export const EXIT = {
  done: 0,
  /** The command failed, or the rollout that it followed was killed. */
  failed: 1,
  /** The command line makes no sense; nothing was sent. */
  usage: 2,
  /** Time was up: whether the rollout ends well, or the request was carried out, is not known. */
  inconclusive: 3,
  /** Somebody else was faster, another rollout has (or took) the rule, or the rollout cannot do that now: look again. */
  conflict: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
