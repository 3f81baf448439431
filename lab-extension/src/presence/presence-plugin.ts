import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, Notification, showDialog } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { goToCell } from '../links/go-to-cell.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { ILiveDocuments } from '../tokens.ts';
import { Announcer } from './announcer.ts';
import { Arrivals } from './arrivals.ts';
import { watchAway } from './away.ts';
import { DocumentPresences } from './document-presences.ts';
import { FollowModel } from './follow-model.ts';
import { FollowView } from './follow-view.ts';
import { Follow } from './follow.ts';
import { ListingView } from './listing-view.ts';
import { OwnPresence } from './own-presence.ts';
import { ownPerson, saveProfile } from './own-profile.ts';
import { PeoplePanel } from './people-panel.ts';
import { PresenceModel } from './presence-model.ts';
import { PRESENCE_STYLE } from './presence-style.ts';
import { ProfileView } from './profile-view.ts';
import { showInToolbars } from './toolbar-people.ts';

const SHOW_PEOPLE = 'in-the-loop:show-people';
const EDIT_PROFILE = 'in-the-loop:edit-profile';
const STOP_FOLLOWING = 'in-the-loop:stop-following';

export const presencePlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:presence',
  description: 'Shows who is here, what they have open and where in it they are.',
  autoStart: true,
  requires: [IDocumentManager],
  optional: [
    ILiveDocuments,
    ILabShell,
    ICommandPalette,
    ITranslator,
    IFileBrowserFactory,
    IDefaultFileBrowser,
  ],
  activate(
    app: JupyterFrontEnd,
    docManager: IDocumentManager,
    documents: ILiveDocuments | null,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    browsers: IFileBrowserFactory | null,
  ) {
    if (documents === null) return;
    addStyleSheet('presence', PRESENCE_STYLE);
    const trans = (translator ?? nullTranslator).load('in_the_loop');
    const { user } = app.serviceManager;
    const people = new PresenceModel(documents.awareness, Date.now, () => user.identity?.username ?? null);
    const presences = new DocumentPresences(documents, user);
    new OwnPresence(app, documents, docManager, people);
    user.userChanged.connect(() => people.refresh());
    watchAway((isAway) => {
      people.setAway(isAway);
      presences.setAway(isAway);
    });

    const currentNotebook = (): NotebookPanel | null =>
      app.shell.currentWidget instanceof NotebookPanel ? app.shell.currentWidget : null;
    const currentPath = (): string | null => {
      const widget = app.shell.currentWidget;
      return widget === null ? null : (docManager.contextForWidget(widget)?.path ?? null);
    };
    /** In Notebook 7 each document has a tab of the browser's own. */
    const open = async (path: string): Promise<void> => {
      if (labShell !== null) await app.commands.execute('docmanager:open', { path });
    };

    const following = new FollowModel();
    new Follow(following, people, documents, presences, { currentNotebook, currentPath, open });
    const followView = new FollowView(trans, () => following.stop());
    const panel = new PeoplePanel(trans, {
      goTo: (person, path) => void goTo(path, path === person.current ? (person.cell?.id ?? null) : null),
      follow: (person) => following.toggle(person),
      editSelf: () => void app.commands.execute(EDIT_PROFILE),
    });
    following.changed.connect((_, person) => {
      followView.show(person);
      panel.showFollowed(person?.username ?? null);
    });
    const goTo = async (path: string, cell: string | null): Promise<void> => {
      if (path !== currentPath()) await app.commands.execute('docmanager:open', { path });
      const notebook = currentNotebook();
      if (cell !== null && notebook?.context.path === path) await goToCell(notebook, cell);
    };

    const listing = new ListingView(trans, (path) => people.othersAt(path));
    browsers?.tracker.forEach((browser) => listing.add(browser));
    browsers?.tracker.widgetAdded.connect((_, browser) => listing.add(browser));
    const announcer = new Announcer();
    const arrivals = new Arrivals((came, went) => announcer.say(arrivalsText(trans, came, went)));
    people.changed.connect((_, here) => {
      panel.showPeople(here);
      listing.update();
      arrivals.see(here);
    });
    app.shell.add(panel, 'left', { rank: 300, type: 'In the Loop' });
    showInToolbars(app, documents, presences, trans, {
      goTo: (cell) => {
        const notebook = currentNotebook();
        if (notebook !== null) void goToCell(notebook, cell);
      },
      showAll: () => void app.commands.execute(SHOW_PEOPLE),
    });

    app.commands.addCommand(SHOW_PEOPLE, {
      label: trans.__('Show People'),
      execute: () => app.shell.activateById(panel.id),
    });
    app.commands.addCommand(EDIT_PROFILE, {
      label: trans.__('Edit Your Name and Colour…'),
      execute: () => editProfile(app, trans),
    });
    app.commands.addCommand(STOP_FOLLOWING, {
      label: trans.__('Stop Following'),
      isEnabled: () => following.person !== null,
      execute: () => following.stop(),
    });
    for (const command of [SHOW_PEOPLE, EDIT_PROFILE, STOP_FOLLOWING])
      palette?.addItem({ command, category: trans.__('People') });
  },
};

function arrivalsText(trans: TranslationBundle, came: readonly string[], went: readonly string[]): string {
  const texts: string[] = [];
  if (came.length > 0) texts.push(trans._n('%2 is here', '%2 are here', came.length, came.join(', ')));
  if (went.length > 0) texts.push(trans._n('%2 has left', '%2 have left', went.length, went.join(', ')));
  return texts.join('. ');
}

async function editProfile(app: JupyterFrontEnd, trans: TranslationBundle): Promise<void> {
  const { user } = app.serviceManager;
  const person = ownPerson(user);
  if (person === null) return;
  const title = trans.__('Your name and colour');
  const { button, value } = await showDialog({
    title,
    body: new ProfileView(trans, person),
    focusNodeSelector: '.itl-Profile-name',
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Save') })],
  });
  if (!button.accept || value === null || value.name === '') return;
  try {
    await saveProfile(user, value);
  } catch (error) {
    Notification.error(
      trans.__('Your name could not be saved: %1', error instanceof Error ? error.message : ''),
    );
  }
}
