import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { PlaceError } from '../places/place-error.ts';
import { diskFull } from './disk-full.ts';
import { effectiveConfig } from './effective-config.ts';
import type { FarSurvey } from './far-survey.ts';
import type { SshLink } from './ssh-link.ts';
import type { SshMachine } from './ssh-machine.ts';

export interface CheckedPlace {
  link(onProgress: (line: string) => void): Promise<SshLink>;
  ask(): Promise<FarSurvey>;
  kernelspecs(survey: FarSurvey): readonly Kernelspec[];
}

/** Milliseconds by which a clock may differ without a word. */
const CLOCK_TOLERANCE = 10_000;

/**
 * Goes to a machine step by step, and looks whether there are kernels.
 * @throws PlaceError of the step that failed
 */
export async function checkSshPlace(
  machine: SshMachine,
  step: (text: string) => void,
  place: CheckedPlace,
): Promise<FarSurvey> {
  step(`Looks up what ssh knows of ${machine.settings.host}`);
  const { hostname, port, user, via } = await effectiveConfig(machine);
  step(`Connects to ${hostname}, port ${port}${via === null ? '' : `, through ${via}`}`);
  const link = await place.link(stepsOf(user, step));
  step('Asks the shell there what there is');
  const survey = await place.ask();
  if (survey.notWritable !== null)
    throw (
      diskFull(machine.name, survey.notWritable) ??
      new PlaceError(
        'PLACE_UNFIT',
        `Nothing can be written there: ${survey.notWritable}`,
        'The account needs a home folder that it may write to.',
      )
    );
  const kernelspecs = place.kernelspecs(survey);
  if (kernelspecs.length === 0) throw noKernels(machine, survey);
  step(`Finds ${kernelspecs.map(({ spec, name }) => spec.display_name || name).join(', ')}`);
  if (Math.abs(survey.clockAhead) > CLOCK_TOLERANCE) {
    const minutes = Math.round(Math.abs(survey.clockAhead) / 6000) / 10;
    step(
      `Its clock is ${minutes} minutes ${survey.clockAhead > 0 ? 'ahead' : 'behind'}: times of its kernels are off by that. Have it set`,
    );
  }
  void link;
  return survey;
}

/** ssh's own account of how far it is, in steps. */
function stepsOf(user: string, step: (text: string) => void): (line: string) => void {
  let isConnected = false;
  let isKnown = false;
  return (line) => {
    if (!isConnected && /^debug1: Connection established/.test(line)) {
      isConnected = true;
      step('Compares its host key');
    }
    if (!isKnown && /^debug1: Host .* is known and matches/.test(line)) {
      isKnown = true;
      step(`Signs in as ${user}`);
    }
  };
}

function noKernels(machine: SshMachine, { python }: FarSurvey): PlaceError {
  const program = machine.settings.python ?? 'python3';
  const remedy = `Install one there, for example: ${python?.executable ?? program} -m pip install ipykernel. Or name the Python environment that has it.`;
  return new PlaceError(
    'PLACE_UNFIT',
    python === null
      ? `There is no kernel on ${machine.name}, and ${program} does not start there.`
      : `There is no kernel on ${machine.name}: ${python.executable} has no ipykernel, and there are no kernelspecs.`,
    remedy,
  );
}
