package guard.lib.place_test

import data.guard.lib.place

test_an_address_lies_at_and_below_itself if {
	place.within("https://github.com/acme/shop", ["https://github.com/acme/shop"])
	place.within("github.com/acme/shop", ["https://github.com/acme/"])
	place.within("https://github.com/acme/shop", ["gitlab.com/acme", "github.com/acme/**"])
	place.within("git+https://github.com/acme/shop.git", ["github.com/acme/shop"])
	place.within("https://github.com/acme/shop", ["github.com/*/shop"])
}

test_names_that_only_begin_the_same_are_others if {
	every address in [
		"https://github.com/acme-evil/shop", "https://github.com/acme.evil/shop", "https://github.com.evil.org/acme/shop", "https://evil.org/github.com/acme/shop",
		"https://github.com/Acme/shop", "http://github.com/acme/shop", "https://github.com", "https://github.com//acme", "",
	] {
		not place.within(address, ["https://github.com/acme"])
	}
}

test_parts_that_lead_elsewhere_are_below_nothing if {
	every address in ["https://github.com/acme/../evil", "https://github.com/acme/./x", "https://github.com/acme//x", "https://github.com/acme/%2e%2e/evil", "https://github.com/acme/x y", `https://github.com/acme/x\y`] {
		not place.within(address, ["https://github.com/acme"])
	}
	not place.within("https://github.com@evil.org/acme", ["https://github.com"])
}

test_a_ref_must_be_met_as_a_whole if {
	workflow := "https://github.com/acme/shop/.github/workflows/release.yml"
	on_main := concat("", [workflow, "@refs/heads/main"])
	place.within(on_main, [workflow])
	place.within(on_main, ["https://github.com/acme/shop"])
	place.within(on_main, [on_main])
	place.within(on_main, [concat("", [workflow, "@refs/heads/*"])])
	place.within(concat("", [workflow, "@refs/heads/release/1.2"]), [concat("", [workflow, "@refs/heads/**"])])
	not place.within(concat("", [workflow, "@refs/heads/main/x"]), [on_main])
	not place.within(concat("", [workflow, "@refs/heads/main-evil"]), [on_main])
	not place.within(concat("", [workflow, "@refs/heads/a/b"]), [concat("", [workflow, "@refs/heads/*"])])
	not place.within(workflow, [on_main])
	not place.within("https://github.com/acme/shop/.github/workflows/other.yml@refs/heads/main", [on_main])
}
