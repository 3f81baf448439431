import { z } from 'zod';
import type { VariableView } from '../../ai-agent/notebook-prompt/notebook-view.ts';
import { ToolError } from '../../ai-agent/tool.ts';
import type { AgentKernels } from './agent-kernels.ts';

/**
 * Looks at the names of a kernel's user and calls nothing of theirs: no `repr`, no property of a class that a person
 * wrote. The debugger's `inspectVariables` does. Of arrays and tables, known by module and name of their very class,
 * it asks the library for shape and types.
 */
const LOOK = `
import base64, json

def describe(names):
    name_of = type.__dict__['__name__'].__get__
    module_of = type.__dict__['__module__'].__get__
    plain = (bool, int, float, complex, type(None))
    sized = (list, tuple, dict, set, frozenset, range, bytearray)
    hidden = {'In', 'Out', 'exit', 'quit', 'get_ipython', 'open'}

    def label(value):
        return str(value)[:60] if type(value) in (str, int, float, bool) else name_of(type(value))

    def columns(pairs):
        pairs = list(pairs)
        text = ', '.join(label(name) + ' ' + str(kind) for name, kind in pairs[:30])
        return text + (', and %d more' % (len(pairs) - 30) if len(pairs) > 30 else '')

    def summary(value, kind, library):
        if kind is int and value.bit_length() > 200:
            return '%d bits' % value.bit_length()
        if kind in plain:
            return repr(value)
        if kind in (str, bytes):
            return 'length %d, %s' % (len(value), repr(value[:80])) if len(value) > 80 else repr(value)
        if kind in sized:
            return '%d items' % len(value)
        name = name_of(kind)
        if library == 'numpy' and name == 'ndarray':
            return 'shape %s, %s' % (value.shape, value.dtype)
        if library == 'torch' and name in ('Tensor', 'Parameter'):
            return 'shape %s, %s, on %s' % (tuple(value.shape), value.dtype, value.device)
        if library == 'pandas' and name == 'DataFrame':
            return '%d rows x %d columns: %s' % (value.shape + (columns(value.dtypes.items()),))
        if library == 'pandas' and name in ('Series', 'Index', 'DatetimeIndex', 'RangeIndex'):
            return 'length %d, %s' % (len(value), value.dtype)
        if library == 'polars' and name == 'DataFrame':
            return '%d rows x %d columns: %s' % (value.shape + (columns(value.schema.items()),))
        if library == 'polars' and name == 'Series':
            return 'length %d, %s' % (len(value), value.dtype)
        return ''

    found = []
    for name in list(names):
        if type(name) is not str or name.startswith('_') or name in hidden:
            continue
        value = names[name]
        kind = type(value)
        if name_of(kind) == 'module':
            continue
        try:
            module = module_of(kind)
            text = summary(value, kind, module.split('.')[0] if type(module) is str else '')
        except Exception:
            text = ''
        found.append([name, name_of(kind), text])
    shown = json.dumps(found[-300:])
    return base64.b64encode(shown.encode()).decode()
`;

/** In a namespace of its own, so that nothing of it is left in the user's. */
const EXPRESSION = `(lambda own: (exec(${JSON.stringify(LOOK)}, own), own['describe'](globals()))[1])({})`;

const replySchema = z.object({
  user_expressions: z.object({ variables: z.object({ data: z.object({ 'text/plain': z.string() }) }) }),
});
const variablesSchema = z.array(z.tuple([z.string(), z.string(), z.string()]));

/**
 * The variables of an idle Python kernel, in the order in which they were made.
 * @throws ToolError; what the signal was aborted with
 */
export async function pythonVariables(
  kernels: AgentKernels,
  kernelId: string,
  actor: string,
  signal: AbortSignal,
): Promise<VariableView[]> {
  const content = {
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { variables: EXPRESSION },
    allow_stdin: false,
    stop_on_error: false,
  };
  const { reply } = await kernels.ask(kernelId, { type: 'execute_request', content }, { actor, signal });
  const parsed = replySchema.safeParse(reply);
  if (!parsed.success) throw new ToolError('The kernel does not say what variables it has.');
  // Python's own form of a string without anything in it that needs a backslash.
  const base64 = parsed.data.user_expressions.variables.data['text/plain'].slice(1, -1);
  const listed: unknown = JSON.parse(Buffer.from(base64, 'base64').toString());
  return variablesSchema.parse(listed).map(([name, type, summary]) => ({ name, type, summary }));
}
