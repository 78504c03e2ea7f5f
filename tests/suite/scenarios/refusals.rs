//! The refusals: a replacement in a good scenario and the message that it causes.

/// The text replaced, its replacement, and the message.
pub(crate) const REFUSALS: &[(&str, &str, &str)] = &[
    ("seed = 7", "sede = 7", "a.toml:2:1: sede: unknown key; did you mean seed?"),
    (
        "seed = 7",
        "momentum = 7",
        "a.toml:2:1: momentum: unknown key; the keys here are title, summary, seed, precision, data, network, training, arm",
    ),
    (
        "seed = 7",
        "seed = -1",
        "a.toml:2:8: seed: found -1; a whole number 0 to 9223372036854775807 would do",
    ),
    (
        "seed = 7",
        "seed = 9223372036854775808",
        "a.toml:2:8: seed: found a number that is too large; at most 9223372036854775807 would do",
    ),
    (
        "seed = 7",
        "seed = 1.5",
        "a.toml:2:8: seed: found 1.5; a whole number 0 to 9223372036854775807 would do",
    ),
    (r#"title = "a test""#, "title = 5", "a.toml:1:9: title: found 5; text in quotes would do"),
    (
        r#"title = "a test""#,
        r#"title = "a test"#,
        r#"a.toml:1:16: invalid basic string, expected `"`"#,
    ),
    (
        "seed = 7",
        r#"precision = "f16""#,
        r#"a.toml:2:13: precision: found "f16"; "f32" or "f64" would do"#,
    ),
    (
        "seed = 7\n\n[data]\nkind = \"table\"\ninputs = [[0.0, 1.0]",
        "precision = \"f32\"\n\n[data]\nkind = \"table\"\ninputs = [[0.0, -1e39]",
        r#"a.toml:6:17: data.inputs[0][1]: found -1e39 with precision = "f32"; numbers up to 3.4e38 would do, or precision = "f64""#,
    ),
    (
        r#"kind = "table""#,
        r#"kind = "tabel""#,
        r#"a.toml:5:8: data.kind: found "tabel"; "table", "circle", "xor", "gauss", "spiral", "plane", "digits", "mnist", "csv" or "arrays" would do"#,
    ),
    (
        r#"kind = "table""#,
        "",
        r#"a.toml:4:1: data.kind: missing; it is required: "table", "circle", "xor", "gauss", "spiral", "plane", "digits", "mnist", "csv" or "arrays" would do"#,
    ),
    (
        r#"kind = "table""#,
        r#"kind = "circle""#,
        r#"a.toml:6:1: data.inputs: data of kind "circle" has no inputs; its keys are kind, train, test, noise"#,
    ),
    (
        r#"kind = "table""#,
        "kind = \"table\"\ntrain = 1",
        r#"a.toml:6:1: data.train: data of kind "table" has no train; its keys are kind, inputs, targets"#,
    ),
    (
        r#"kind = "table""#,
        "kind = \"table\"\npath = \"x\"",
        r#"a.toml:6:1: data.path: data of kind "table" has no path; its keys are kind, inputs, targets"#,
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "",
        "a.toml:4:1: data.inputs: missing; it is required: a list of rows would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = [[0.0, 1.0], [1.0]]",
        "a.toml:6:23: data.inputs[1]: found 1 number; 2 as in the first row would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = [[0.0, 1.0], [1.0, nan]]",
        "a.toml:6:29: data.inputs[1][1]: found NaN; a number would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = [0.0, 1.0]",
        "a.toml:6:11: data.inputs[0]: found 0.0; a list of numbers would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = []",
        "a.toml:6:10: data.inputs: found no row; a row for each example would do",
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0], [1], [1]]",
        "a.toml:7:11: data.targets: found 3 rows for 2 rows of inputs; a row for each row of inputs would do",
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0], [1, 2]]",
        "a.toml:7:17: data.targets[1]: found 2 numbers; 1 as in the first row would do",
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0, 1], [1, 0]]",
        r#"a.toml:10:10: network.layers: found [2, 3, 1], which does not fit data of kind "table"; 2 first and 2 last would do"#,
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0], [3]]",
        r#"a.toml:23:8: arm.second.cost: found "cross-entropy", but row 1 of data.targets is [3.0]; targets from 0 to 1 would do, or cost = "quadratic""#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2]",
        "a.toml:10:10: network.layers: found [2]; at least two sizes, input first, would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [3, 1]",
        r#"a.toml:10:10: network.layers: found [3, 1], which does not fit data of kind "table"; 2 first and 1 last would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 0, 1]",
        "a.toml:10:14: network.layers[1]: found 0; a whole number 1 to 1000000 would do",
    ),
    (
        "layers = [2, 3, 1]",
        r#"layers = [2, 3, "1"]"#,
        r#"a.toml:10:17: network.layers[2]: found "1"; a whole number 1 to 1000000 would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1000000, 1000000, 1]",
        "a.toml:10:10: network.layers: found [2, 1000000, 1000000, 1], which is more than 50000000 weights; smaller layers would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1000000, 1]",
        "a.toml:10:10: network.layers: found [2, 1000000, 1], which is more than 390625 neurons; smaller layers would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 100000000, 1]",
        "a.toml:10:14: network.layers[1]: found 100000000; a whole number 1 to 1000000 would do",
    ),
    (
        "layers = [2, 3, 1]",
        "",
        "a.toml:9:1: network.layers: missing; it is required: sizes, input first, would do, as [2, 3, 1]",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\nhidden = \"tahn\"",
        r#"a.toml:11:10: network.hidden: found "tahn"; "sigmoid", "tanh", "relu" or "linear" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\noutput = \"relu\"",
        r#"a.toml:11:10: network.output: found "relu"; "sigmoid", "softmax" or "linear" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\noutput = \"linear\"",
        r#"a.toml:24:8: arm.second.cost: found "cross-entropy" with a linear output; output = "sigmoid" or cost = "quadratic" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\ninit = \"random\"",
        r#"a.toml:11:8: network.init: found "random"; "scaled", "large", "xavier" or "zero" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2]]]",
        "a.toml:9:1: network.biases: missing; weights are given, so they must be too",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nbiases = [[1]]",
        "a.toml:9:1: network.weights: missing; biases are given, so they must be too",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2]]]\nbiases = [[1, 2]]",
        "a.toml:12:11: network.biases[0]: found 2 numbers; 1 would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2, 3]]]\nbiases = [[1]]",
        "a.toml:11:13: network.weights[0][0]: found 3 numbers; 2 would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2], [3, 4]]]\nbiases = [[1]]",
        "a.toml:11:12: network.weights[0]: found 2 rows; 1 would do, one for each neuron of the layer",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\nweights = [[[1, 2]]]\nbiases = [[1]]",
        r#"a.toml:11:11: network.weights: found 1 layer; 2 for the layers [2, 3, 1] would do, or init = "scaled" in their place"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2e6]]]\nbiases = [[1]]",
        "a.toml:11:17: network.weights[0][0][1]: found 2000000; a number from −10⁶ to 10⁶ would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\ninit = \"zero\"\nweights = [[[1, 2]]]\nbiases = [[1]]",
        "a.toml:11:1: network.init: there are given weights and biases besides; one of both would do",
    ),
    (
        "epochs = 20",
        "epochs = 0",
        "a.toml:13:10: training.epochs: found 0; a whole number 1 to 1000000000000 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20.0",
        "a.toml:13:10: training.epochs: found 20.0; a whole number 1 to 1000000000000 would do",
    ),
    (
        "epochs = 20",
        "",
        "a.toml:12:1: training.epochs: missing; it is required: a whole number from 1 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20\neval = 1",
        "a.toml:14:1: training.eval: unknown key; did you mean evaluate?",
    ),
    (
        "epochs = 20",
        "epochs = 20\nevaluate = -1",
        "a.toml:14:12: training.evaluate: found -1; a whole number 0 to 1000000000000 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20\nshuffle = \"yes\"",
        r#"a.toml:14:11: training.shuffle: found "yes"; true or false would do"#,
    ),
    (
        "epochs = 20",
        "epochs = 20\nlambda = -0.1",
        "a.toml:14:10: training.lambda: found -0.1; a number from 0 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20\npace = 0",
        r#"a.toml:14:8: training.pace: found 0; a number 0.001 to 1000000 or "max" would do"#,
    ),
    (
        "epochs = 20",
        "epochs = 20\npace = \"fast\"",
        r#"a.toml:14:8: training.pace: found "fast"; a number 0.001 to 1000000 or "max" would do"#,
    ),
    (
        "batch = 2",
        "batch = 0",
        "a.toml:14:9: training.batch: found 0; a whole number 1 to 10000000 would do",
    ),
    (
        "batch = 2",
        "batch = 3",
        "a.toml:14:9: training.batch: found 3 with 2 examples to train on; 1 to 2 would do",
    ),
    (
        "batch = 2",
        "",
        "a.toml:12:1: training.batch: missing; it is required: a whole number from 1 would do",
    ),
    ("eta = 0.5", "eta = .5", "a.toml:15:7: eta: found .5; 0.5 would do"),
    ("eta = 0.5", "eta = -.5", "a.toml:15:7: eta: found -.5; -0.5 would do"),
    ("eta = 0.5", "eta = 5. # large", "a.toml:15:9: eta: found 5.; 5.0 would do"),
    ("eta = 0.5", "eta = 1,5", "a.toml:15:8: eta: found 1,5; 1.5 would do"),
    ("eta = 0.5", r#"eta = "1,5""#, r#"a.toml:15:7: training.eta: found "1,5"; 1.5 would do"#),
    ("eta = 0.5", "eta = 0", "a.toml:15:7: training.eta: found 0; a number above 0 would do"),
    ("eta = 0.5", "eta = inf", "a.toml:15:7: training.eta: found inf; a number above 0 would do"),
    (
        "eta = 0.5",
        r#"eta = "big""#,
        r#"a.toml:15:7: training.eta: found "big"; a number above 0 would do"#,
    ),
    (
        "eta = 0.5",
        "",
        "a.toml:12:1: training.eta: missing; it is required: a number above 0 would do",
    ),
    ("eta = 0.25", "eta = -1", "a.toml:24:7: arm.second.eta: found -1; a number above 0 would do"),
    (
        "eta = 0.25",
        "epochs = 5",
        "a.toml:24:1: arm.second.epochs: unknown key; the keys here are name, cost, layers, hidden, output, init, weights, biases, eta, lambda",
    ),
    (
        "eta = 0.25",
        "layers = [2, 3, 2]",
        "a.toml:24:10: arm.second.layers: found [2, 3, 2] beside [2, 3, 1] of arm first; the same first and last sizes would do",
    ),
    (
        "eta = 0.25",
        r#"output = "softmax""#,
        r#"a.toml:23:8: arm.second.cost: found "cross-entropy" with a softmax output; output = "sigmoid", cost = "quadratic" or cost = "log-likelihood" would do"#,
    ),
    (
        r#"name = "second""#,
        r#"name = "first""#,
        r#"a.toml:22:8: arm.first.name: "first" is the name of an earlier arm; another name would do"#,
    ),
    (
        r#"name = "second""#,
        r#"name = "The Second""#,
        r#"a.toml:22:8: arm[1].name: found "The Second"; small letters, digits and - would do"#,
    ),
    (
        r#"name = "second""#,
        "",
        "a.toml:21:1: arm[1].name: missing; it is required: small letters, digits and - would do",
    ),
    (
        r#"cost = "cross-entropy""#,
        r#"cost = "crossentropy""#,
        r#"a.toml:23:8: arm.second.cost: found "crossentropy"; "quadratic", "cross-entropy", "log-likelihood" or "book-rule" would do"#,
    ),
    (
        r#"cost = "cross-entropy""#,
        "",
        r#"a.toml:21:1: arm.second.cost: missing; it is required: "quadratic", "cross-entropy", "log-likelihood" or "book-rule" would do"#,
    ),
    (
        r#"cost = "cross-entropy""#,
        r#"cost = "log-likelihood""#,
        r#"a.toml:23:8: arm.second.cost: found "log-likelihood" with a sigmoid output; output = "softmax", cost = "quadratic" or cost = "cross-entropy" would do"#,
    ),
    (
        r#"cost = "cross-entropy""#,
        r#"cost = "book-rule""#,
        r#"a.toml:23:8: arm.second.cost: found "book-rule" with layers [2, 3, 1]; layers = [2, 1], cost = "quadratic" or cost = "cross-entropy" would do"#,
    ),
    (
        "cost = \"cross-entropy\"\n",
        "cost = \"cross-entropy\"\n[arms]\n",
        "a.toml:24:2: arms: unknown key; did you mean arm?",
    ),
    (
        "[[arm]]\nname = \"first\"\ncost = \"quadratic\"",
        "[[arm]]\nname = \"a\"\ncost = \"quadratic\"\n[[arm]]\nname = \"b\"\ncost = \"quadratic\"\n[[arm]]\nname = \"c\"\ncost = \"quadratic\"\n[[arm]]\nname = \"d\"\ncost = \"quadratic\"",
        "a.toml:17:1: arm: found 5 arms; 1 to 4 tables headed [[arm]] would do",
    ),
    ("[training]", "[train]", "a.toml:12:2: train: unknown key; did you mean training?"),
    ("seed = 7", "seed = 7\nseed = 8", "a.toml:3:1: seed: duplicate key"),
];
