import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, readCell } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'refactor',
  cells: [
    code(
      'function',
      'def slugify(title):\n    """Lower case, words joined by single hyphens, nothing but letters and digits beside them."""\n    words = "".join(c if c.isalnum() else " " for c in title.lower()).split()\n    return "-".join(words)',
    ),
  ],
  question:
    'Write one cell below it that tests slugify with assertions, so that I notice when somebody breaks it.',
  selectedCells: ['function'],
  check: `made = [cell["source"] for cell in cells if cell["type"] == "code" and cell["id"] != "function"]
assert len(made) == 1, len(made)
def notices(broken):
    try:
        exec(made[0], {"slugify": broken})
    except AssertionError:
        return True
    return False
assert not notices(slugify)
assert notices(lambda title: title.lower().replace(" ", "-"))
assert notices(lambda title: "-".join(title.split()))`,
  solution: [
    [readCell('function')],
    [
      createCell(
        'code',
        'assert slugify("Hello, World!") == "hello-world"\nassert slugify("  many   blanks ") == "many-blanks"\nassert slugify("") == ""',
        { after: 'function' },
      ),
    ],
  ],
  lastWords: 'The cell below it tests commas, blanks, capitals and nothing.',
};
