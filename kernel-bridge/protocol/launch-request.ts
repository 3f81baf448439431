import type { KernelAssignment, KernelLimits, KernelTarget, LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { Fields } from '../hosted/codec/fields.ts';

/**
 * All that a launch needs, as a peer or a record on disk has it.
 * @throws MalformedError
 */
export function readLaunchRequest(fields: Fields): LaunchRequest {
  return {
    kernelId: fields.text('kernelId'),
    kernelspec: readKernelspec(fields.fields('kernelspec')),
    workingDirectory: fields.text('workingDirectory'),
    sessionPath: fields.textOrNull('sessionPath'),
    environment: fields.textsByName('environment'),
    pythonPrefix: fields.text('pythonPrefix'),
    runtimeDirectory: fields.text('runtimeDirectory'),
    ...(fields.has('limits') && { limits: readLimits(fields.fields('limits')) }),
    ...(fields.has('target') && { target: readTarget(fields.fields('target')) }),
    ...(fields.has('inherits') && { inherits: fields.isTrue('inherits') }),
    ...(fields.has('isSpare') && { isSpare: fields.isTrue('isSpare') }),
  };
}

/** @throws MalformedError */
export function readAssignment(fields: Fields): KernelAssignment {
  return {
    workingDirectory: fields.text('workingDirectory'),
    sessionPath: fields.textOrNull('sessionPath'),
    ...(fields.has('limits') && { limits: readLimits(fields.fields('limits')) }),
  };
}

/** What else it holds is for the launcher of that kind to check. */
function readTarget(fields: Fields): KernelTarget {
  return { ...fields.all, kind: fields.text('kind') };
}

function readLimits(fields: Fields): KernelLimits {
  return {
    softMemory: fields.positiveOrNull('softMemory'),
    memory: fields.positiveOrNull('memory'),
    cpuTime: fields.positiveOrNull('cpuTime'),
    wallTime: fields.positiveOrNull('wallTime'),
    idleTime: fields.positiveOrNull('idleTime'),
  };
}

function readKernelspec(fields: Fields): Kernelspec {
  const spec = fields.fields('spec');
  return {
    name: fields.text('name'),
    resourceDirectory: fields.text('resourceDirectory'),
    prefix: fields.textOrNull('prefix'),
    ...(fields.has('place') && { place: fields.text('place') }),
    spec: {
      argv: spec.texts('argv'),
      display_name: spec.text('display_name'),
      language: spec.text('language'),
      env: spec.textsByName('env'),
      interrupt_mode: spec.oneOf('interrupt_mode', ['signal', 'message']),
      metadata: spec.anyObject('metadata'),
      ...(spec.has('kernel_protocol_version') && {
        kernel_protocol_version: spec.text('kernel_protocol_version'),
      }),
    },
  };
}
