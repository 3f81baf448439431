import { EditorSelection, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  RectangleMarker,
  hoverTooltip,
  layer,
  showTooltip,
  tooltips,
  type LayerMarker,
  type Tooltip,
} from '@codemirror/view';
import type { Person } from '../presence/person.ts';
import { cursorField, drawnCursors, type DrawnCursor } from './cursor-field.ts';

/** How near the pointer has to be for the name to show, in characters. */
const NEAR = 2;

/** A caret in its person's colour. */
class CaretMarker implements LayerMarker {
  constructor(
    private readonly rectangle: RectangleMarker,
    private readonly color: string,
  ) {}

  draw(): HTMLElement {
    const element = this.rectangle.draw();
    element.style.setProperty('--itl-person', this.color);
    return element;
  }

  eq(other: CaretMarker): boolean {
    return this.color === other.color && this.rectangle.eq(other.rectangle);
  }

  update(element: HTMLElement, before: CaretMarker): boolean {
    element.style.setProperty('--itl-person', this.color);
    return this.rectangle.update(element, before.rectangle);
  }
}

function caretsOf(view: EditorView): CaretMarker[] {
  return drawnCursors(view.state).flatMap(({ head, person, primary }) =>
    RectangleMarker.forRange(
      view,
      primary ? 'itl-RemoteCaret' : 'itl-RemoteCaret itl-mod-secondary',
      EditorSelection.cursor(head),
    ).map((rectangle) => new CaretMarker(rectangle, person.color)),
  );
}

const carets = layer({
  above: true,
  class: 'itl-RemoteCarets',
  markers: caretsOf,
  update: ({ startState, state }) => drawnCursors(startState) !== drawnCursors(state),
});

const selections = EditorView.decorations.compute([cursorField], (state) =>
  Decoration.set(
    drawnCursors(state)
      .filter(({ anchor, head }) => anchor !== head)
      .map(({ anchor, head, person }) =>
        Decoration.mark({
          class: 'itl-RemoteSelection',
          attributes: { style: `--itl-person: ${person.color}` },
        }).range(Math.min(anchor, head), Math.max(anchor, head)),
      ),
    true,
  ),
);

function nameTag(person: Person): HTMLElement {
  const element = document.createElement('div');
  element.className = 'itl-RemoteName';
  element.style.setProperty('--itl-person', person.color);
  element.textContent = person.name;
  // It flashes up at each key that others press: the list of people is what tells screen readers who is where.
  element.setAttribute('aria-hidden', 'true');
  return element;
}

/** CodeMirror keeps a tooltip's element for as long as its `create` stays the same. */
const nameTags = new WeakMap<Person, Tooltip['create']>();

function nameTooltip({ head, person }: DrawnCursor): Tooltip {
  const create = nameTags.get(person) ?? (() => ({ dom: nameTag(person), offset: { x: -1, y: 0 } }));
  nameTags.set(person, create);
  return { pos: head, above: true, create };
}

const names = showTooltip.computeN([cursorField], (state) =>
  drawnCursors(state)
    .filter(({ isNamed }) => isNamed)
    .map(nameTooltip),
);

const nameOnHover = hoverTooltip(
  ({ state }, position) => {
    const near = drawnCursors(state).find(
      ({ head, isNamed }) => !isNamed && Math.abs(head - position) <= NEAR,
    );
    return near === undefined ? null : nameTooltip(near);
  },
  { hoverTime: 100 },
);

/** Others' selections, carets, and the names at them. */
export const cursorLayers: Extension = [
  cursorField,
  selections,
  carets,
  names,
  nameOnHover,
  // A cell with one line has no room of its own for a name.
  tooltips({ position: 'fixed', parent: document.body }),
];
