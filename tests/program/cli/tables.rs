//! Tables as people have them: what is taken for what, and what is refused.

use crate::cli::TestDir;

/// Returns the scenario of a network for a table.
fn scenario(layers: &str, more: &str) -> String {
    format!(
        "[data]\nkind = \"csv\"\npath = \"d.csv\"\n{more}\n[network]\nlayers = {layers}\noutput = \"softmax\"\n\
         [training]\nepochs = 60\nbatch = 2\neta = 0.5\n[[arm]]\nname = \"a\"\ncost = \"log-likelihood\"\n"
    )
}

/// Rows of two classes that a line parts, with a separator and the names of the classes.
fn rows(separator: &str, names: [&str; 2]) -> String {
    let row = |i: usize| {
        let (side, name) = if i.is_multiple_of(2) { (-1.0, names[0]) } else { (1.0, names[1]) };
        let (x, y) = (side * (1.25 + 0.1 * i as f64), -side * (0.75 + 0.05 * i as f64));
        format!("{x:.2}{separator}{y:.2}{separator}{name}\n")
    };
    (0..12).map(row).collect::<Vec<_>>().concat()
}

/// Trains on a table; returns what the program says of it.
#[track_caller]
fn trained(table: impl AsRef<[u8]>, layers: &str, more: &str) -> String {
    let place = TestDir::new();
    std::fs::write(place.path("d.csv"), table.as_ref()).expect("a file");
    place.write("s.toml", &scenario(layers, more));
    place.succeed("run s.toml")
}

/// Returns the refusal of a table.
#[track_caller]
fn refused(table: &str, layers: &str, more: &str) -> String {
    let place = TestDir::new();
    place.write("d.csv", table);
    place.write("s.toml", &scenario(layers, more));
    place.refused("run s.toml", 1)
}

#[test]
fn a_column_called_label_is_the_target_wherever_it_stands() {
    let digits = (0..30)
        .map(|i| format!("{},{},{},0\n", i % 10, 20 + i, 250 - i))
        .collect::<Vec<_>>()
        .concat();
    let said = trained(format!("label,pixel0,pixel1,pixel2\n{digits}"), "[3, 8, 10]", "");
    assert!(said.contains("30 rows, 3 inputs, target label (10 classes, 0: 3, 1: 3,"), "{said}");
}

#[test]
fn a_hole_in_the_first_line_makes_no_heading() {
    let table = "?,1.5,0\n1.5,2.5,1\n2.5,0.5,0\n3.5,3.5,1\n";
    let said = refused(table, "[2, 4, 2]", "");
    assert!(
        said.contains("d.csv, line 1, column 1: found \"?\", expected a finite number"),
        "{said}"
    );
    assert!(said.contains("data.missing = \"drop\""), "{said}");
    let said = trained(table, "[2, 4, 2]", "missing = \"drop\"");
    assert!(
        said.contains("3 rows, 2 inputs") && said.contains("1 row with holes left out"),
        "{said}"
    );
}

#[test]
fn the_numbers_of_the_rows_are_left_out_or_remarked_on() {
    let numbered = rows(",", ["0", "1"])
        .lines()
        .enumerate()
        .map(|(i, row)| format!("{i},{row}\n"))
        .collect::<Vec<_>>()
        .concat();
    let table = format!(",x1,x2,y\n{numbered}");
    let kept = trained(&table, "[3, 4, 2]", "");
    assert!(kept.contains("column 1 numbers the rows and is an input all the same"), "{kept}");
    let left = trained(&table, "[2, 4, 2]", "");
    assert!(left.contains("left out: column 1, which numbers the rows"), "{left}");
}

#[test]
fn the_test_rows_of_a_sorted_file_are_of_every_class() {
    let all = rows(",", ["0", "1"]);
    let mut sorted: Vec<&str> = all.lines().collect();
    sorted.sort_by_key(|row| row.ends_with('1'));
    let table = format!("x1,x2,y\n{}\n", sorted.join("\n"));
    let said = trained(&table, "[2, 4, 2]", "test = 6");
    assert!(said.contains("100.00 %") && said.contains("test: 6 rows"), "{said}");
    let last = trained(&table, "[2, 4, 2]", "test = 6\nshuffle = false");
    assert!(
        last.contains("only in the test rows: class 1; data.shuffle = true mixes them"),
        "{last}"
    );
}

#[test]
fn classes_are_words_or_numbers_from_any_start() {
    let words =
        trained(format!("x1,x2,species\n{}", rows(",", ["setosa", "versicolor"])), "[2, 4, 2]", "");
    assert!(words.contains("target species (2 classes, setosa: 6, versicolor: 6)"), "{words}");
    let signs = trained(rows(",", ["-1", "+1"]), "[2, 4, 2]", "");
    assert!(signs.contains("(2 classes, -1: 6, 1: 6)"), "{signs}");
    let from_one = "x1,x2,y\n0.5,1.5,1\n1.5,2.5,2\n2.5,0.5,3\n";
    assert!(trained(from_one, "[2, 4, 3]", "").contains("(3 classes, 1: 1, 2: 1, 3: 1)"));
    let said = refused(from_one, "[2, 4, 4]", "");
    assert!(said.contains("found 3 classes in column 3 (\"y\") (1, 2, 3), expected 4"), "{said}");
}

#[test]
fn every_separator_and_encoding_is_read() {
    let comma = trained(format!("x1,x2,y\n{}", rows(",", ["0", "1"])), "[2, 4, 2]", "");
    let result =
        |said: &str| said.lines().nth(3).map(|line| line.chars().take(40).collect::<String>());
    for separator in [";", "\t", "|", " ", "   "] {
        let table = format!("x1{separator}x2{separator}y\n{}", rows(separator, ["0", "1"]));
        assert_eq!(result(&trained(&table, "[2, 4, 2]", "")), result(&comma), "{separator:?}");
    }
    let decimal = format!("x1;x2;y\n{}", rows(";", ["0", "1"])).replace('.', ",");
    assert_eq!(result(&trained(&decimal, "[2, 4, 2]", "")), result(&comma));
    let text = format!("\u{feff}x1,x2,y\r\n{}", rows(",", ["0", "1"]).replace('\n', "\r\n"));
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
        assert_eq!(result(&trained(bytes, "[2, 4, 2]", "")), result(&comma));
    }
    let latin = format!("x1,x2,y\n{}", rows(",", ["caf\u{fffd}", "tea"]));
    let latin: Vec<u8> =
        latin.replace('\u{fffd}', "\u{1}").bytes().map(|b| if b == 1 { 0xe9 } else { b }).collect();
    let said = trained(latin, "[2, 4, 2]", "");
    assert!(said.contains("café: 6") && said.contains("letters read as Latin-1"), "{said}");
}

#[test]
fn holes_are_refused_left_out_or_filled_in() {
    for hole in ["", "NA", "NaN", "?", "null"] {
        let table = format!("x1,x2,y\n0.5,{hole},0\n{}", rows(",", ["0", "1"]));
        let said = refused(&table, "[2, 4, 2]", "");
        assert!(said.contains("d.csv, line 2, column 2 (\"x2\"): found "), "{said}");
        assert!(trained(&table, "[2, 4, 2]", "missing = \"drop\"").contains("12 rows, 2 inputs"));
        assert!(trained(&table, "[2, 4, 2]", "missing = \"mean\"").contains("13 rows, 2 inputs"));
    }
}

#[test]
fn there_may_be_several_targets_and_an_odd_first_line() {
    let several = "x1,x2,a,b\n0.5,1.5,1,0\n1.5,2.5,0,1\n2.5,0.5,1,0\n3.5,3.5,0,1\n";
    for more in ["", "target = [\"a\", \"b\"]", "target = [3, 4]"] {
        let said = trained(several, "[2, 4, 2]", more);
        assert!(said.contains("target a, b (2 classes, a: 2, b: 2)"), "{said}");
    }
    let counts = "4,2,no,yes\n0.5,1.5,0\n1.5,2.5,1\n2.5,0.5,0\n3.5,3.5,1\n";
    let said = trained(counts, "[2, 4, 2]", "");
    assert!(said.contains("4 rows") && said.contains("(2 classes, no: 2, yes: 2)"), "{said}");
}

#[test]
fn text_is_left_out_with_a_word_and_columns_can_be_dropped() {
    let named = rows(",", ["0", "1"])
        .lines()
        .enumerate()
        .map(|(i, row)| format!("{i},n{i},{row}\n"))
        .collect::<Vec<_>>()
        .concat();
    let table = format!("id,name,x1,x2,y\n{named}");
    let said = refused(&table, "[4, 4, 2]", "");
    assert!(said.contains("2 inputs (x1, x2)") && said.contains("name, which is text"), "{said}");
    assert!(trained(&table, "[2, 4, 2]", "").contains("left out: id, which numbers the rows"));
    assert!(
        trained(&table, "[1, 4, 2]", "drop = [\"x2\", \"id\", 2]").contains("12 rows, 1 input,")
    );
    let said = refused(&table, "[2, 4, 2]", "drop = [\"x3\"]");
    assert!(said.contains("no column \"x3\", expected one of id, name, x1, x2, y"), "{said}");
}

#[test]
fn columns_of_different_sizes_are_scaled_if_asked_for() {
    let far = (0..40)
        .map(|i| {
            let y = i % 2;
            format!("{},{:.4},{y}\n", 300 + 400 * y + i % 7, 0.01 - 0.02 * f64::from(y))
        })
        .collect::<Vec<_>>()
        .concat();
    let table = format!("x1,x2,y\n{far}");
    let raw = trained(&table, "[2, 4, 2]", "");
    assert!(raw.contains("times as much as x2: data.scale = \"standard\" would help"), "{raw}");
    for scale in ["standard", "range"] {
        let said = trained(&table, "[2, 4, 2]", &format!("scale = \"{scale}\""));
        assert!(said.contains("inputs scaled to ") && said.contains("100.00 %"), "{said}");
    }
}

#[test]
fn what_is_found_does_not_depend_on_how_many_rows_are_kept() {
    // Row numbers, categories and classes are those of the whole file.
    let row = |i: usize| {
        let colour = ["red", "green", "blue"][i % 3];
        let class = ["no", "yes"][i / 40];
        format!("{i},{colour},{:.2},{class}\n", 1.5 - 3.0 * (i / 40) as f64 + 0.01 * i as f64)
    };
    let table = format!("id,colour,x,y\n{}", (0..80).map(row).collect::<Vec<_>>().concat());
    for more in ["", "train = 6", "train = 6\ntest = 4", "train = 50\ntest = 4\nshuffle = false"] {
        let said = trained(&table, "[4, 4, 2]", more);
        assert!(said.contains("4 inputs, target y (2 classes, no: "), "{more}: {said}");
        assert!(said.contains("left out: id, which numbers the rows"), "{more}: {said}");
    }
    // Rows with holes are left out before rows are counted.
    let holes = table.replace("\n1,green", "\n1,").replace("\n2,blue", "\n2,");
    let more = "missing = \"drop\"\ntrain = 70\ntest = 8\nshuffle = false";
    assert!(trained(&holes, "[4, 4, 2]", more).contains("78 rows, 4 inputs"));
}

#[test]
fn a_table_without_a_heading_gets_the_remark_on_its_columns_too() {
    let row = |i: usize| format!("0.00{},{},{}\n", i % 9, (i + 1) * 100_000, i % 2);
    let said = trained((0..20).map(row).collect::<Vec<_>>().concat(), "[2, 4, 2]", "");
    assert!(said.contains("times as much as input 1: data.scale"), "{said}");
}

#[test]
fn a_target_of_text_is_refused() {
    let rows = (0..10_050).map(|i| format!("{},w{i}\n", i % 7)).collect::<Vec<_>>().concat();
    let said = refused(&format!("x,y\n{rows}"), "[1, 4, 2]", "target = \"y\"");
    assert!(said.contains("found text in column 2 (\"y\"), expected classes there"), "{said}");
}

#[test]
fn a_table_alone_is_trained_shown_and_described() {
    let place = TestDir::new();
    place.write("mine.csv", &format!("x1,x2,y\n{0}{0}", rows(",", ["no", "yes"])));
    let said = place.succeed("run mine.csv");
    assert!(said.contains("24 rows, 2 inputs, target y (2 classes, no: 12, yes: 12)"), "{said}");
    assert!(said.contains("cross-entropy") && said.contains("quadratic"), "{said}");
    place.write("mine.toml", &place.succeed("show mine.csv"));
    let again = place.succeed("run mine.toml");
    let table = |said: &str| said.lines().skip(1).take(1).collect::<String>();
    assert_eq!(table(&again), table(&said));
    let described = place.succeed("data mine.csv");
    assert!(described.contains("y   target, classes  2 words: no, yes"), "{described}");
    assert!(described.contains("x1  input"), "{described}");
    // Which column is the target cannot be seen.
    place.write("unsure.csv", "a,b\n0.5,1.5\n1.25,2.5\n2.5,0.75\n");
    let unsure = place.refused("run unsure.csv", 2);
    assert!(unsure.contains("--target NAME, one of a, b"), "{unsure}");
    assert!(place.succeed("run unsure.csv --target b").contains("target b (a number)"));
}

#[test]
fn a_heading_over_words_and_a_hole_is_a_heading() {
    // As R writes a table of truths: the numbers of the rows have no heading.
    let rows = (1..=12).map(|i| {
        format!(
            "\"{i}\",{},{}\n",
            if i % 3 == 0 { "TRUE" } else { "FALSE" },
            if i % 2 == 0 { "TRUE" } else { "FALSE" }
        )
    });
    let table = format!("\"\",\"dffit\",\"hat\"\n{}", rows.collect::<Vec<_>>().concat());
    let place = TestDir::new();
    place.write("d.csv", &table);
    let said = place.succeed("run d.csv --epochs 1");
    assert!(
        said.contains(
            "12 rows, 1 input, target hat (2 classes, FALSE: 6, TRUE: 6), line 1 is the heading"
        ),
        "{said}"
    );
    // With data of the same words in line 1 it is none.
    place.write("d.csv", &table.replace("\"\",\"dffit\",\"hat\"\n", ",TRUE,FALSE\n"));
    let said = place.succeed("run d.csv --epochs 1 --target 3");
    assert!(!said.contains("heading"), "{said}");
}

#[test]
fn rows_without_holes_that_are_all_of_one_class_are_refused() {
    let place = TestDir::new();
    let rows = (0..10).map(|i| if i < 5 { format!("{i}.5,1\n") } else { "?,2\n".to_owned() });
    place.write("d.csv", &format!("x,y\n{}", rows.collect::<Vec<_>>().concat()));
    let said = place.refused("run d.csv", 1);
    assert!(said.contains("only the class 1 in the 5 rows without holes"), "{said}");
    assert!(said.contains("data.missing = \"mean\""), "{said}");
    place.succeed("run d.csv --epochs 1 --set data.missing=mean");
}

#[test]
fn quotes_after_blanks_are_quotes() {
    let place = TestDir::new();
    let row = |i: usize| format!("\"{}.5\", \"{}\",  \"a, \"\"{}\"\"\"\n", i, 30 - i, i % 2);
    place.write(
        "d.csv",
        &format!("\"x\", \"z\", \"y\"\n{}", (0..24).map(row).collect::<Vec<_>>().concat()),
    );
    let said = place.succeed("run d.csv --epochs 1");
    assert!(
        said.contains("24 rows, 2 inputs, target y (2 classes, a, \"0\": 12, a, \"1\": 12)"),
        "{said}"
    );
}

#[test]
fn a_target_of_one_value_is_refused_whatever_it_is() {
    let place = TestDir::new();
    for value in ["1", "2.5", "same"] {
        let rows = (0..9).map(|i| format!("{i}.5,{value}\n")).collect::<Vec<_>>().concat();
        place.write("d.csv", &format!("x,y\n{rows}"));
        let said = place.refused("run d.csv", 2);
        assert!(
            said.contains(&format!("{value} in column 2 (\"y\"), expected two or more")),
            "{said}"
        );
    }
}

#[test]
fn a_letter_that_looks_like_one_of_a_number_is_named() {
    let place = TestDir::new();
    let rows = |odd: &str| format!("x,y\n1.5,0\n2.5,1\n{odd},0\n3.5,1\n");
    for (odd, point) in [("−0.5", "U+2212"), ("1\u{a0}000", "U+00A0"), ("０.5", "U+FF10")] {
        place.write("d.csv", &rows(odd));
        let said = place.refused("run d.csv", 2);
        assert!(said.contains("line 4, column 1 (\"x\")") && said.contains(point), "{said}");
    }
}

#[test]
fn columns_that_hold_one_1_in_each_row_are_classes() {
    let place = TestDir::new();
    let row = |i: usize| {
        let bits = [[1, 0, 0], [0, 1, 0], [0, 0, 1]][i % 3];
        format!("{}.5,{},{},{}\n", 3 * (i % 3) + i % 2, bits[0], bits[1], bits[2])
    };
    let table =
        format!("x,setosa,versicolor,virginica\n{}", (0..30).map(row).collect::<Vec<_>>().concat());
    place.write("d.csv", &table);
    let said = place.succeed("run d.csv --target setosa,versicolor,virginica --summary s.json");
    let classes = "(3 classes, setosa: 10, versicolor: 10, virginica: 10)";
    assert!(said.contains(classes) && said.contains("test accuracy"), "{said}");
    let recall = &place.json("s.json")["arms"][1]["recall"];
    assert_eq!(recall.as_array().map(Vec::len), Some(3), "{recall}");
    // One row with two makes them numbers.
    place.write("d.csv", &format!("{table}9.5,1,1,0\n"));
    let said = place.succeed("run d.csv --target setosa,versicolor,virginica --epochs 1");
    assert!(said.contains("(3 numbers)") && said.contains("R²"), "{said}");
}

#[test]
fn several_targets_may_be_listed_as_people_type_them() {
    let place = TestDir::new();
    let rows = (0..10).map(|i| format!("{i}.5,{}.25,{}.75\n", 2 * i, 3 * i));
    place.write("d.csv", &format!("x,a,b\n{}", rows.collect::<Vec<_>>().concat()));
    for list in ["a,b", "2,3", "a, 3"] {
        let output = place.command(&["run", "d.csv", "--epochs", "1", "--target", list]).output();
        let said = crate::cli::text(&output.expect("it starts").stdout);
        assert!(said.contains("1 input, target a, b (2 numbers)"), "{list}: {said}");
    }
    let said = place.refused("run d.csv --target a,c", 2);
    assert!(said.contains("no column \"c\""), "{said}");
}

#[test]
fn a_number_as_target_is_judged_in_its_own_unit() {
    let place = TestDir::new();
    let price = |i: usize| {
        300_000.0 + 9_000.0 * i as f64 + if i.is_multiple_of(3) { 20_000.0 } else { 0.0 }
    };
    let rows = (0..40).map(|i| format!("{i}.5,{}\n", price(i))).collect::<Vec<_>>().concat();
    place.write("d.csv", &format!("rooms,price\n{rows}"));
    let bare = place.succeed("run d.csv --target price --epochs 1");
    assert!(bare.contains("inputs and target scaled to mean 0, deviation 1"), "{bare}");
    assert!(bare.contains("test R²  test error |a−y| of price"), "{bare}");
    let text = scenario("[1, 1]", "target = \"price\"\nscale = \"standard\"")
        .replace("softmax", "linear")
        .replace("log-likelihood", "quadratic");
    place.write("s.toml", &text);
    place.succeed("run s.toml --save m.json --summary sum.json --metrics m.csv");
    // The same by hand: scale, predict, scale back.
    let model = place.json("m.json");
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let (w, b) = (number(&model["weights"][0][0][0]), number(&model["biases"][0][0][0]));
    let all = |of: &dyn Fn(usize) -> f64| (0..40).map(of).collect::<Vec<f64>>();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let spread = |values: &[f64]| {
        let middle = mean(values);
        values.iter().map(|v| (v - middle) * (v - middle)).sum::<f64>()
    };
    let (x, y) = (all(&|i| i as f64 + 0.5), all(&price));
    let (sx, sy) = ((spread(&x) / 40.0).sqrt(), (spread(&y) / 40.0).sqrt());
    let (mx, my) = (mean(&x), mean(&y));
    let errors = x.iter().zip(&y).map(|(x, y)| my + sy * (w * (x - mx) / sx + b) - y);
    let errors: Vec<f64> = errors.collect();
    let r2 = 1.0 - errors.iter().map(|e| e * e).sum::<f64>() / spread(&y);
    let size = errors.iter().map(|e| e.abs()).sum::<f64>() / 40.0;
    let arm = &place.json("sum.json")["arms"][0];
    assert!((number(&arm["r2"]) - r2).abs() < 1e-9, "{arm} {r2}");
    assert!((number(&arm["mean_error"]) / size - 1.0).abs() < 1e-9, "{arm} {size}");
    assert!(r2 > 0.95 && size > 1_000.0, "{r2} {size}");
    let last = place.read("m.csv").lines().last().expect("a record").to_owned();
    assert!(last.contains(&format!(",{},", number(&arm["r2"]))), "{last}");
}

#[test]
fn numbers_with_units_and_groups_train_as_the_plain_ones_do() {
    let plain = |i: usize| (1000 + 437 * i, 5 * i, i % 2);
    let table = |row: &dyn Fn(usize) -> String| (0..12).map(row).collect::<String>();
    // The cost and the accuracy, without the time.
    let line = |said: &str| -> Vec<String> {
        let of_arm = said.lines().find(|line| line.starts_with("a  ")).expect("the arm's line");
        of_arm.split_whitespace().skip(1).take(3).map(str::to_owned).collect()
    };
    let expected = trained(
        table(&|i| {
            let (price, share, kind) = plain(i);
            format!("{price},{share},{kind}\n")
        }),
        "[2, 4, 2]",
        "scale = \"standard\"",
    );
    let with_units = |row: &dyn Fn(usize) -> String| {
        let heading =
            if row(0).contains(';') { "price;share;kind\n" } else { "price,share,kind\n" };
        trained(format!("{heading}{}", table(row)), "[2, 4, 2]", "scale = \"standard\"")
    };
    let grouped = |price: usize, sign: &str| format!("{}{sign}{:03}", price / 1000, price % 1000);
    let american = with_units(&|i| {
        let (price, share, kind) = plain(i);
        format!("\"${}.00\",{share}%,{kind}\n", grouped(price, ","))
    });
    assert!(american.contains("price is in $, share is in %"), "{american}");
    let european = with_units(&|i| {
        let (price, share, kind) = plain(i);
        format!("{},0 €;{share},0 %;{kind}\n", grouped(price, "."))
    });
    assert!(european.contains("decimal commas, price is in €, share is in %"), "{european}");
    assert_eq!(line(&american), line(&expected));
    assert_eq!(line(&european), line(&expected));
    let mixed = refused("45%,1\n50%,0\n0.5,1\n60%,0\n", "[1, 4, 2]", "");
    assert!(mixed.contains("line 3, column 1: found \"0.5\" without %, expected"), "{mixed}");
}

#[test]
fn classes_that_are_huge_numbers_are_named_in_a_few_digits() {
    let rows: Vec<String> = (0..12).map(|i| format!("{},1e{}\n", i, 200 + i % 3)).collect();
    let rows = rows.concat();
    let said = refused(&format!("x,class\n{rows}"), "[1, 4, 2]", "");
    assert!(
        said.contains("found 3 classes in column 2 (\"class\") (1e200, 1e201, 1e202)"),
        "{said}"
    );
}
