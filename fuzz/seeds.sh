#!/bin/sh
# Fills fuzz/corpus with files that are right, so that fuzzing need not find them first.
set -eu
cd "$(dirname "$0")"
for target in scenario csv idx model_json model_tensors model_arrays model_torch arrays; do
    mkdir -p "corpus/$target"
done
cp ../assets/scenarios/*.toml corpus/scenario/
printf '\001\000\000\000x,y,z\r\n1,2.5,-3e-1\n"4",5,0\n' > corpus/csv/numbers
printf '\000\002\002\001\357\273\2771,9\n\n2,0\n3,1\n' > corpus/csv/classes
{ printf '\012\000\000\000\010\001\000\000\000\002\003\011'
  printf '\000\000\010\003\000\000\000\002\000\000\000\034\000\000\000\034'
  head -c 1568 /dev/zero | tr '\000' '\007'
} > corpus/idx/plain
{ printf '\012\000\000\000\010\001\000\000\000\002\003\011'
  { printf '\000\000\010\003\000\000\000\002\000\000\000\034\000\000\000\034'
    head -c 1568 /dev/zero | tr '\000' '\007'
  } | gzip -c
} > corpus/idx/packed
for scenario in and linear-output; do
    run="cargo run --quiet --manifest-path ../Cargo.toml -- run $scenario --epochs 1"
    $run --save "corpus/model_json/$scenario-{arm}.json" > /dev/null
    $run --save "corpus/model_tensors/$scenario-{arm}.safetensors" > /dev/null
done
cp ../tests/program/cli/models/*.npz corpus/model_arrays/
cp ../tests/program/cli/models/*.pt corpus/model_torch/
for file in ../tests/program/cli/models/*.pt; do
    unzip -p "$file" '*/data.pkl' > "corpus/model_torch/$(basename "$file").pkl" || true
done
cp ../tests/arrays/*.npz ../tests/arrays/*.npy corpus/arrays/
