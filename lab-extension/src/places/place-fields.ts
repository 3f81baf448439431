import type { PlaceKind } from '../../../server/wire/place.ts';

/** One setting of a place, as a person gives it. */
export interface PlaceField {
  /** As the server calls it in the settings; with a dot, within one of them: `defaults.time`. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** `lines` are several texts, `pairs` are `NAME=VALUE` a line; `secret` is never shown again. */
  readonly kind: 'text' | 'secret' | 'number' | 'lines' | 'pairs' | 'json' | 'choice' | 'check';
  readonly choices?: readonly (readonly [string, string])[];
  readonly required?: boolean;
  readonly placeholder?: string;
  /** Below "More", with what few people need. */
  readonly rare?: boolean;
}

/** Kinds that a person can add, in this order. */
export const ADDED_KINDS: readonly PlaceKind[] = ['ssh', 'slurm', 'agent', 'gateway', 'kubernetes', 'attach'];

export const KIND_HELP: Readonly<Record<PlaceKind, string>> = {
  local: '',
  ssh: 'A workstation or server that you reach by ssh. It needs a shell and a Jupyter kernel there, nothing else.',
  slurm: 'Each kernel is a job of a cluster, with the resources that its notebook asks for.',
  agent:
    'A machine that connects to this server by itself: behind a firewall, or a laptop. You get a command to run there.',
  gateway: 'Another Jupyter server, an Enterprise Gateway, or your server of a JupyterHub.',
  kubernetes: 'Each kernel is a pod of a cluster.',
  browser: '',
  attach:
    'A kernel that runs already, as `ipython kernel` or `jupyter console` start them. They are never shut down from here.',
};

const PYTHON: PlaceField = {
  name: 'python',
  label: 'Python',
  kind: 'text',
  help: 'A Python program there, or the folder of its environment, which is offered also without a kernelspec.',
  placeholder: '~/venvs/physics',
};
const WORKING_DIRECTORY: PlaceField = {
  name: 'workingDirectory',
  label: 'Working folder',
  kind: 'text',
  help: 'Where kernels start there.',
  rare: true,
};
/** A supervisor there keeps what a kernel says while nobody can hear it. */
const MODES = [
  ['auto', 'As there is Node.js or not'],
  ['supervised', 'With our supervisor there: nothing is lost when the connection breaks'],
  ['direct', 'Only the kernel there'],
] as const;

export const PLACE_FIELDS: Readonly<Record<PlaceKind, readonly PlaceField[]>> = {
  local: [],
  agent: [],
  browser: [],
  ssh: [
    {
      name: 'host',
      label: 'Host',
      kind: 'text',
      required: true,
      help: 'A name, an address, or an alias of `~/.ssh/config` on the machine of this server.',
      placeholder: 'bench.example',
    },
    { name: 'user', label: 'User', kind: 'text', help: 'Empty for what `~/.ssh/config` says.' },
    {
      name: 'identityFile',
      label: 'Private key',
      kind: 'text',
      help: 'A file on the machine of this server. Empty for ssh’s own, and for its agent.',
      placeholder: '~/.ssh/id_ed25519',
    },
    PYTHON,
    {
      name: 'port',
      label: 'Port',
      kind: 'number',
      help: 'Empty for 22, or what `~/.ssh/config` says.',
      rare: true,
    },
    {
      name: 'jump',
      label: 'Jump hosts',
      kind: 'text',
      help: 'Through which it is reached: `user@host:port`, several parted by commas.',
      rare: true,
    },
    {
      name: 'mode',
      label: 'How kernels are held',
      kind: 'choice',
      choices: MODES,
      help: 'The supervisor takes Node.js on that machine.',
      rare: true,
    },
    {
      name: 'kernelspecFolders',
      label: 'Folders of kernelspecs',
      kind: 'lines',
      help: 'Beside Jupyter’s own, one a line.',
      rare: true,
    },
    WORKING_DIRECTORY,
  ],
  slurm: [
    {
      name: 'defaults.partition',
      label: 'Partition',
      kind: 'text',
      help: 'Where jobs wait and run unless a notebook asks for another. Empty for the cluster’s own.',
    },
    {
      name: 'defaults.time',
      label: 'Time limit',
      kind: 'text',
      help: 'Minutes, hours:minutes:seconds or days-hours. Empty for the partition’s own.',
      placeholder: '2:00:00',
    },
    {
      name: 'defaults.cpus',
      label: 'Processors',
      kind: 'text',
      help: 'Of a kernel that asks for no other number.',
    },
    {
      name: 'defaults.memory',
      label: 'Memory',
      kind: 'text',
      help: 'As sbatch takes it: 4G, or 500M.',
      placeholder: '4G',
    },
    {
      ...PYTHON,
      help: 'A Python program as the nodes see it. Empty for the kernels of this machine.',
      placeholder: '/opt/physics/bin/python',
    },
    {
      name: 'defaults.gpus',
      label: 'GPUs',
      kind: 'text',
      help: 'A number, or kind and number: a100:2.',
      rare: true,
    },
    { name: 'defaults.account', label: 'Account', kind: 'text', help: 'Who is charged.', rare: true },
    { name: 'defaults.qos', label: 'Quality of service', kind: 'text', help: '', rare: true },
    {
      name: 'options',
      label: 'More options',
      kind: 'lines',
      help: 'Lines of #SBATCH without that word, one option a line.',
      placeholder: '--constraint=skylake',
      rare: true,
    },
    {
      name: 'setUp',
      label: 'Before the kernel',
      kind: 'lines',
      help: 'Lines of shell.',
      placeholder: 'module load python',
      rare: true,
    },
    {
      name: 'mode',
      label: 'How kernels are held',
      kind: 'choice',
      choices: [['auto', 'As the nodes can reach this server or not'], ...MODES.slice(1)],
      help: 'The supervisor takes Node.js on the nodes, and a way from them to this server.',
      rare: true,
    },
    {
      name: 'configuration',
      label: 'slurm.conf',
      kind: 'text',
      help: 'A file on the machine of this server. Empty where Slurm’s commands find theirs.',
      rare: true,
    },
    {
      name: 'serverUrl',
      label: 'Address of this server for the nodes',
      kind: 'text',
      help: 'Where jobs dial back. Empty for the address that the server itself knows.',
      rare: true,
    },
    {
      name: 'node',
      label: 'Node.js',
      kind: 'text',
      help: 'The program as the nodes see it. Empty for the one that runs this server.',
      rare: true,
    },
    {
      name: 'sharedFolder',
      label: 'Shared folder',
      kind: 'text',
      help: 'One that this machine and the nodes see under the same path.',
      rare: true,
    },
    {
      name: 'networkInterface',
      label: 'Network interface',
      kind: 'text',
      help: 'Of the nodes, at which kernels listen.',
      placeholder: 'ib0',
      rare: true,
    },
    {
      name: 'allowUnencrypted',
      label: 'Also start kernels that cannot encrypt',
      kind: 'check',
      help: 'Whoever reads the cluster’s network reads what they say.',
      rare: true,
    },
    WORKING_DIRECTORY,
  ],
  gateway: [
    {
      name: 'url',
      label: 'Address',
      kind: 'text',
      required: true,
      help: 'As a browser has it, without a token.',
      placeholder: 'https://hub.example/user/ada/',
    },
    { name: 'token', label: 'Token', kind: 'secret', help: 'As that server or its hub gives it to you.' },
    {
      name: 'kernelUsername',
      label: 'User of the gateway',
      kind: 'text',
      help: 'KERNEL_USERNAME.',
      rare: true,
    },
    {
      name: 'kernelEnvironment',
      label: 'Variables for kernels',
      kind: 'pairs',
      help: 'NAME=VALUE, one a line; a gateway takes those named KERNEL_… and those that its settings allow. They are not shown again; left empty, they stay.',
      rare: true,
    },
    {
      name: 'certificateAuthority',
      label: 'Certificate authority',
      kind: 'text',
      help: 'A PEM file on the machine of this server.',
      rare: true,
    },
    { name: 'launchTimeout', label: 'Seconds to wait for a kernel', kind: 'number', help: '', rare: true },
  ],
  kubernetes: [
    {
      name: 'images',
      label: 'Images',
      kind: 'lines',
      required: true,
      help: 'One a line. The first is taken where nobody chooses.',
      placeholder: 'registry.example/kernels/python:1',
    },
    { name: 'namespace', label: 'Namespace', kind: 'text', help: 'Empty for that of the context.' },
    {
      name: 'serverUrl',
      label: 'Address of this server for pods',
      kind: 'text',
      help: 'Where pods dial back. Empty for the address that the server itself knows.',
      placeholder: 'https://jupyter.example/user/ada',
    },
    {
      name: 'context',
      label: 'Context',
      kind: 'text',
      help: 'Of the kubeconfig. Empty for its current one.',
      rare: true,
    },
    {
      name: 'kubeconfig',
      label: 'kubeconfig',
      kind: 'text',
      help: 'A file on the machine of this server. Empty for what kubectl would take.',
      rare: true,
    },
    { name: 'serviceAccountName', label: 'Service account', kind: 'text', help: '', rare: true },
    {
      name: 'nodeSelector',
      label: 'Node selector',
      kind: 'pairs',
      help: 'LABEL=VALUE, one a line.',
      rare: true,
    },
    {
      name: 'persistentVolumeClaims',
      label: 'Volumes',
      kind: 'pairs',
      help: 'CLAIM=FOLDER, one a line: claims, and where each is mounted.',
      rare: true,
    },
    {
      name: 'imagePullSecrets',
      label: 'Secrets for pulling images',
      kind: 'lines',
      help: 'One a line.',
      rare: true,
    },
    WORKING_DIRECTORY,
  ],
  attach: [
    {
      name: 'connectionFile',
      label: 'Connection file',
      kind: 'text',
      help: 'As the kernel printed it when it was started. Empty to offer all that run on the machine of this server.',
      placeholder: 'kernel-1234.json',
    },
    {
      name: 'runtimeFolder',
      label: 'Folder of connection files',
      kind: 'text',
      help: 'Empty for Jupyter’s own.',
      rare: true,
    },
  ],
};
