export const helpText = `In the Loop: a Jupyter server on an append-only event log.

  in-the-loop [DIR]                    serve JupyterLab for the notebooks in DIR (default: the current folder)
  in-the-loop stop                     end the server of the folder, its kernels and its terminals; a server that is
                                       ended otherwise (one Ctrl-C, a signal, a crash) leaves its kernels to the next
  in-the-loop log STREAM [--follow]    print a stream of the event log as JSON lines; --follow goes on as events come,
                                       until the server ends
  in-the-loop log --list               print the names of the streams
  in-the-loop versions FILE            list the earlier versions of a file or notebook in the served folder
  in-the-loop restore FILE VERSION [--to OTHER]
                                       save that version as the present one (which stays a version), or as OTHER
  in-the-loop run NOTEBOOK [--kernel NAME] [--allow-errors]
                                       run all cells through the running server of the folder, or one started for it;
                                       outputs come into the notebook; exit code 1 if a cell failed. --allow-errors goes
                                       on behind a cell that fails, where --stop-on-error, the default, does not
  in-the-loop agent --server URL       offer this machine's kernels to a server elsewhere: docs/runtime-agents.md. The
                                       key comes from IN_THE_LOOP_AGENT_KEY, by --key-file FILE, or from standard input.
                                       --name NAME and --label NAME=VALUE say what the machine is; --until-idle leaves
                                       when no kernel has run for a minute; --prefix and --state as below
  in-the-loop agent stop [--server URL]
                                       end the agent of that server on this machine, and its kernels
  in-the-loop doctor [--verify]        look at everything that the server needs, and say what to do about what is wrong;
                                       --verify also reads every event of the log and says which are damaged or missing

In a checkout, "npm start -- ARGUMENTS" sets everything up and passes the arguments on.

Options
  --root DIR          the folder to serve, as an alternative to the argument
  --port NUMBER       the port to listen on (default 8888; 0 picks a free one)
  --ip ADDRESS        the address to listen on (default 127.0.0.1, which only this machine reaches; * is every address)
  --token TOKEN       what browsers and programs show to be let in (default: one made at random and kept in the state
                      folder; "" asks for none)
  --view-token TOKEN  what lets people in who may look at everything and change and run nothing (default: none)
  --base-url PATH     the path before everything that is served, for a reverse proxy (default /)
  --state DIR         where the event log, the token and the cookie secret are kept (default: a folder of its own for
                      each root, in $XDG_DATA_HOME/in-the-loop or ~/.local/share/in-the-loop)
  --prefix DIR        the Python environment whose JupyterLab, extensions and kernels are served (default: the first
                      with JupyterLab of $VIRTUAL_ENV, $CONDA_PREFIX and that of the jupyter command on the PATH)
  --versions-size MB  how much room earlier versions of files may take (default 2048); the oldest make room for new
                      ones, but for each file the present one and the one before it stay
  --log-size MB       how much room what kernels said may take in the event log (default 8192); the oldest goes, but
                      never what a notebook does not have yet
  --log-age DAYS      after how long it goes in any case (default 30)
  --large-data-size KB
                      from which size on an image or a table is kept once, whatever shows it (default 256)
  --live-text-size MB how much of what a cell prints a browser's page gets live (default 2), before the end; all of it
                      is kept, and the page gets a link to it
  --limits LIMITS     what each kernel may use, as "memory=4GB,soft_memory=3GB,cpu_time=10h,wall_time=2d,idle_time=8h"
                      (default: nothing is limited); see docs/limits.md
  --max-kernels N     how many kernels may run at once (default 0, any number)
  --warm-kernels SET  kernels that are started before anybody asks, as "python3=2,pyodide=1" (default: none), so that
                      the first cell of a notebook need not wait; see docs/warm-kernels.md
  --cull-idle TIME    end kernels that have had nothing to do for so long, as 90m or 8h (default: never); one that is
                      busy is never ended, nor one that a browser is connected to, but with
  --cull-connected    those too
  --pyodide-packages URL|FOLDER
                      where Python (Pyodide), the kernel that needs no Python, gets packages: see docs/pyodide.md
  --pyodide-network   let it use the network (default: it has none)
  --pyodide-memory SIZE
                      how much memory its Python may have, as 2GB (default: as much as WebAssembly gives, 4 GB at most)
  --pyodide-files     let it read and write the folder of its notebook (default: it has files of its own alone)
  --pyodide-distribution FOLDER
                      another distribution of Pyodide than the one that comes along
  --no-browser        do not open a browser
  --log-level LEVEL   debug, info (default), warn or error
  --durability WHAT   what the event log survives before anything goes on: process (default; the end of any process at
                      once, a power cut but for the last second) or disk (a power cut too: an fsync for each batch)
  --collaboration WHO who speaks for shared notebooks and files in a browser: on (this server's own extension; default),
                      stock (jupyter-collaboration's client extensions, where they are installed) or off
  --document-idle TIME
                      how long a shared document stays in memory that nobody has open (default 60s)
  --config FILE       a JSON file with the names above as keys, like {"port": 9000, "no-browser": true}; also
                      "hashed-password", as "jupyter server password" makes it, "ai", which models may be asked:
                      see docs/ai.md, and "places", where else kernels can run: see docs/places.md
  --help, --version

Environment
  IN_THE_LOOP_ROOT, _PORT, _IP, _BASE_URL, _STATE, _PREFIX, _VERSIONS_SIZE, _LIMITS, _MAX_KERNELS,
  _CULL_IDLE, _CULL_CONNECTED, _PYODIDE_PACKAGES, _PYODIDE_NETWORK, _PYODIDE_MEMORY, _PYODIDE_FILES,
  _PYODIDE_DISTRIBUTION, _NO_BROWSER, _LOG_LEVEL, _DURABILITY, _COLLABORATION,
  _DOCUMENT_IDLE, _VIEW_TOKEN, _CONFIG stand for the options.
  JUPYTER_TOKEN, JUPYTER_TOKEN_FILE, JUPYTER_PATH, JUPYTER_DATA_DIR, JUPYTER_CONFIG_DIR, JUPYTER_CONFIG_PATH,
  JUPYTER_RUNTIME_DIR, JUPYTER_PREFER_ENV_PATH, JUPYTER_NO_CONFIG and JUPYTER_PLATFORM_DIRS mean what they mean to
  Jupyter.
  OPENAI_API_KEY, OPENAI_BASE_URL, GROQ_API_KEY and OLLAMA_HOST say which models may be asked.
  An argument wins over the environment, the environment over the configuration file.

A password set with "jupyter server password" is asked for here too; then no token is made.
`;
