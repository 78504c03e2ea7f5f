//! The layouts of tables that everybody has opened once, with numbers made anew.

use crate::cli::TestDir;

/// Returns what `run` says of a table that is opened with no option, after these rows of a cycle.
#[track_caller]
fn opened(heading: &str, rows: usize, row: impl Fn(usize) -> String) -> (TestDir, String) {
    let place = TestDir::new();
    let rows: Vec<String> = (0..rows).map(row).collect();
    place.write("d.csv", &format!("{heading}\n{}\n", rows.join("\n")));
    let said = place.succeed("run d.csv --summary s.json");
    (place, said)
}

/// Returns the least test accuracy of the arms.
fn least_accuracy(place: &TestDir) -> f64 {
    let arms = place.json("s.json")["arms"].as_array().expect("arms").clone();
    let of = |arm: &serde_json::Value| arm["test_accuracy"].as_f64().expect("a share");
    arms.iter().map(of).fold(1.0, f64::min)
}

/// Returns a number from 0 to 1 that looks random.
fn noise(i: usize) -> f64 {
    (i as f64 * 0.754_877_666) % 1.0
}

#[test]
fn penguins_are_told_apart() {
    // Species first, islands and sexes as words, holes as nothing, lengths of tens and masses of thousands.
    let heading = "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex";
    let (place, said) = opened(heading, 90, |i| {
        let kind = i % 3;
        let (species, island) =
            [("Adelie", "Torgersen"), ("Gentoo", "Biscoe"), ("Chinstrap", "Dream")][kind];
        if i % 30 == 4 {
            return format!("{species},{island},,,,,");
        }
        let wobble = noise(i) - 0.5;
        let length = [38.8, 47.5, 48.8][kind] + 5.0 * wobble;
        let depth = [18.3, 15.0, 18.4][kind] + 1.5 * noise(i + 40) - 0.75;
        let flipper = ([190.0, 217.0, 196.0][kind] + 8.0 * wobble) as i32;
        let mass = ([3700.0, 5076.0, 3733.0][kind] + 500.0 * wobble) as i32;
        let sex = if i % 2 == 0 { "Male" } else { "Female" };
        format!("{species},{island},{length:.1},{depth:.1},{flipper},{mass},{sex}")
    });
    assert!(
        said.contains(
            "87 rows, 8 inputs, target species (3 classes, Adelie: 30, Chinstrap: 30, Gentoo: 27)"
        ),
        "{said}"
    );
    assert!(said.contains("3 rows with holes left out"), "{said}");
    assert!(said.contains("inputs scaled to mean 0, deviation 1"), "{said}");
    assert!(least_accuracy(&place) > 0.99, "{said}");
}

#[test]
fn survivors_of_the_titanic_are_found_with_their_target_named() {
    let heading = "survived,pclass,sex,age,sibsp,fare,embarked,class,adult_male,deck,alone";
    let row = |i: usize| {
        let (sex, class) = (["male", "female"][i % 2], i % 3);
        let survived = u8::from(sex == "female" || (class == 0 && noise(i) > 0.9));
        let age = if i % 5 == 3 { String::new() } else { format!("{:.0}", 2.0 + 60.0 * noise(i)) };
        let deck = if class == 0 { "C" } else { "" };
        format!(
            "{survived},{},{sex},{age},{},{:.4},{},{},{},{deck},{}",
            class + 1,
            i % 4,
            [80.0, 20.0, 8.0][class] * (0.5 + noise(i + 7)),
            ["S", "C", "Q"][i % 3],
            ["First", "Second", "Third"][class],
            if sex == "male" { "True" } else { "False" },
            if i.is_multiple_of(4) { "True" } else { "False" },
        )
    };
    let place = TestDir::new();
    let rows: Vec<String> = (0..200).map(row).collect();
    place.write("titanic.csv", &format!("{heading}\n{}\n", rows.join("\n")));
    // Almost every row lacks its deck: what that costs is said.
    let said =
        place.succeed("run titanic.csv --target survived --set data.drop=deck --summary s.json");
    assert!(said.contains("target survived (2 classes, 0: "), "{said}");
    assert!(said.contains("40 rows with holes left out"), "{said}");
    assert!(least_accuracy(&place) > 0.9, "{said}");
    let filled = "run titanic.csv --target survived --set data.drop=deck --set data.missing=mean";
    assert!(place.succeed(filled).contains("200 rows"));
}

#[test]
fn a_table_as_r_writes_it_has_numbered_rows() {
    let (place, said) = opened("\"\",\"trt\",\"base\",\"age\",\"y\"", 60, |i| {
        let drug = if i % 2 == 0 { "placebo" } else { "progabide" };
        let (base, age) = (10.0 + 40.0 * noise(i), 18.0 + 24.0 * noise(i + 3));
        format!("\"{}\",\"{drug}\",{base:.0},{age:.0},{:.2}", i + 1, 0.25 * base - 0.1 * age)
    });
    assert!(said.contains("60 rows, 3 inputs, target y (a number)"), "{said}");
    assert!(said.contains("left out: column 1, which numbers the rows"), "{said}");
    assert!(said.contains("inputs and target scaled to mean 0, deviation 1"), "{said}");
    let arm = &place.json("s.json")["arms"][0];
    assert!(arm["test_r2"].as_f64().is_some_and(|r2| r2 > 0.95), "{arm}");
}

#[test]
fn scikit_learns_line_of_counts_names_the_classes() {
    let (place, said) = opened("60,2,malignant,benign", 60, |i| {
        let side = if i % 2 == 0 { 12.0 } else { 18.0 };
        format!("{:.2},{:.1},{}", side + 2.0 * noise(i), 100.0 * noise(i + 9), i % 2)
    });
    assert!(
        said.contains(
            "target column 3 (2 classes, malignant: 30, benign: 30), line 1 names the classes"
        ),
        "{said}"
    );
    assert!(least_accuracy(&place) > 0.99, "{said}");
}

#[test]
fn nothing_diverges_with_the_learning_rates_of_a_bare_table() {
    // Wild columns: heavy tails, constants, prices, shares.
    let (place, said) = opened("id,price,share,same,word,target", 120, |i| {
        let (price, share) = (1e6 * noise(i) * noise(i), 1e-4 * noise(i + 5));
        let wild = 1e9 / (1.0 + 1e3 * noise(i + 11));
        format!("{},{price:.0},{share:.7},7,{},{wild:.0}", i + 1, ["a", "b", "c"][i % 3])
    });
    assert!(!said.contains("diverged"), "{said}");
    let arm = &place.json("s.json")["arms"][0];
    assert!(arm["cost"].as_f64().is_some_and(f64::is_finite), "{arm}");
}
