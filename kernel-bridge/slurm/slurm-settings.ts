/** A cluster whose commands (`sbatch` and others) this machine has, and whose nodes see this machine's files. */
export interface SlurmSettings {
  /**
   * `supervised`: a supervisor of ours runs in the job and dials back, so that nothing is lost when the link breaks; the
   * nodes need Node.js, and a way to the server. `direct`: the kernel alone, reached by CurveZMQ over tcp. `auto`: supervised
   * where the server listens at an address that other machines reach, else direct.
   */
  readonly mode: 'supervised' | 'direct' | 'auto';
  /** What a kernel is started with unless something else is asked for; Slurm's own words, as sbatch takes them. */
  readonly defaults: JobResources;
  /** More lines of `#SBATCH`, without that word: `--constraint=skylake`. */
  readonly options: readonly string[];
  /** Lines of shell that come before the kernel: `module load python`. */
  readonly setUp: readonly string[];
  /** A Python program whose kernels are offered, instead of this machine's; absolute, as the nodes see it. */
  readonly python?: string | undefined;
  /** Where kernels run; without it, where their notebook is. Absolute. */
  readonly workingDirectory?: string | undefined;
  /** A folder that this machine and the nodes see under the same path; without it, one in the server's state. */
  readonly sharedFolder?: string | undefined;
  /** The slurm.conf of the cluster; without it, Slurm's commands find theirs. */
  readonly configuration?: string | undefined;
  /** The network interface of the nodes at which kernels listen; without it, that of the node's name. */
  readonly networkInterface?: string | undefined;
  /** Also start kernels directly that cannot encrypt: who reads the cluster's network reads what they say. */
  readonly allowUnencrypted: boolean;
  /** Where the nodes reach this server, for supervised jobs; without it, where the server says it is. */
  readonly serverUrl?: string | undefined;
  /** Node.js as the nodes see it, for supervised jobs; without it, the one that runs the server. */
  readonly node?: string | undefined;
}

/** Each as sbatch takes it, and missing where sbatch decides. */
export interface JobResources {
  readonly partition?: string | undefined;
  /** `30`, `2:00:00`, `1-12`: see `parseDuration`. */
  readonly time?: string | undefined;
  readonly cpus?: string | undefined;
  /** `4G`: of the whole node's share. */
  readonly memory?: string | undefined;
  /** `1`, or `a100:2`. */
  readonly gpus?: string | undefined;
  readonly account?: string | undefined;
  readonly qos?: string | undefined;
  /** More lines of `#SBATCH`, one a line. */
  readonly options?: string | undefined;
}
