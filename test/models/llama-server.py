"""llama-server.py MODEL: serves a GGUF file by llama.cpp with OpenAI's API, prints its address, and ends with its input."""

import sys

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
parameters.n_ctx = 2048
parameters.n_parallel = 1
parameters.cpuparams.n_threads = 2
parameters.use_jinja = True
parameters.warmup = False
server = xllamacpp.Server(parameters)
print(f"listening at {server.listening_address}", flush=True)
sys.stdin.read()
