package policy_test

import (
	"strings"
	"testing"

	"guard/internal/policy"
)

func TestCheck_FindsWhatIsHardlyMeant(t *testing.T) {
	condition := func(text string) string {
		return replace("some image in input.images", "some image in input.images\n\t"+text)
	}
	after := func(text string) string { return sound + "\n" + text }
	const called = "\t_known(image.name, image.tag)"
	tests := map[string]struct{ rule, want string }{
		"too few values":                   {replace("%s: %s", "%s: %s %d"), "own/image/moving.rego:26:17: sprintf: the text has 3 verbs, and is given 2 values"},
		"too many values":                  {replace("%s: %s", "%s: %%"), "sprintf: the text has 1 verb, and is given 2 values"},
		"widths and flags":                 {replace("%s: %s", "%-5.2s: %+v"), ""},
		"values by number":                 {replace("%s: %s", "%[1]s: %[2]s %[1]s"), ""},
		"a value nobody looks at":          {condition("lower(image.name)"), "own/image/moving.rego:24:2: lower gives a value that nothing looks at"},
		"a count nobody looks at":          {condition("count(image.symbols)"), "count gives a value that nothing looks at"},
		"a call that is a question":        {condition(`startswith(image.name, "x")`), ""},
		"a value that is assigned":         {condition("x := lower(image.name)\n\tx == \"a\""), ""},
		"a condition that is none":         {condition("true"), "this is always the same, so it is no condition"},
		"two numbers":                      {condition("1 < 2"), "this is always the same, so it is no condition"},
		"any element that differs":         {condition("image.name != image.symbols[_]"), "this holds where any element differs"},
		"a count in front of a loop":       {replace("some image in input.images", "count(input.images) > 0\n\tsome image in input.images"), "own/image/moving.rego:23:2: the loop below is not entered where there is nothing"},
		"a count of something else":        {replace("some image in input.images", "count(input.secrets) > 0\n\tsome image in input.images"), ""},
		"the same twice":                   {after(sound[strings.Index(sound, "deny contains"):]), "own/image/moving.rego:29:1: this says the same as line 22"},
		"arguments of two names":           {condition("_known(image.name)") + "\n_known(name) if name == \"a\"\n\n_known(tag) if tag == \"b\"\n", "_known: this argument is called tag here and name above"},
		"arguments nobody looks at":        {condition(called[1:]) + "\n_known(name, _) if name == \"a\"\n", "_known: nothing looks at argument 2"},
		"arguments one looks at":           {condition(called[1:]) + "\n_known(name, _) if name == \"a\"\n\n_known(_, tag) if tag == \"a\"\n", ""},
		"a message that may be a text":     {replace(`sprintf("%s: %s", [image.holder, image.tag])`, `object.get(image, "tag", 1)`), ""},
		"a message of a parameter":         {replace(`sprintf("%s: %s", [image.holder, image.tag])`, `data.guard.params["image/moving"].tags[0]`), ""},
		"a path that is computed":          {replace(`"path": image.path`, `"path": array.concat(image.path, ["x"])`), ""},
		"a value that stands alone":        {condition(`{"a": image.name}`), "own/image/moving.rego:24:2: this is a value, which is always there, and no condition"},
		"a list as a body":                 {condition("_odd") + "\n_odd if {}\n", "this is a value, which is always there, and no condition"},
		"a comprehension that is counted":  {condition("count([x | some x in image.symbols]) > 0"), ""},
		"a set that is wanted away":        {condition("not _all") + "\n_all contains i if some i in input.images\n", "not _all never holds: a set is there though nothing is in it; write _all == set() or count(_all) == 0"},
		"an element that is wanted away":   {condition("not image in _all") + "\n_all contains i if some i in input.images\n", ""},
		"a value that is wanted away":      {condition("not _all") + "\n_all := i if some i in input.images\n", ""},
		"a question before the same":       {condition("image.name\n\tendswith(image.name, \"x\")"), "own/image/moving.rego:24:2: endswith fails where image.name is not there, so this asks nothing more"},
		"a question before another":        {condition("image.name\n\tendswith(image.tag, \"x\")"), ""},
		"a question before its negation":   {condition("image.name\n\tnot endswith(image.name, \"x\")"), ""},
		"a question before its type":       {condition("image.name\n\tis_string(image.name)"), ""},
		"a pattern that is none":           {condition("regex.match(`[abc`, image.tag)"), "own/image/moving.rego:24:14: regex.match: error parsing regexp: missing closing ]: `[abc`"},
		"a pattern in second place":        {condition("regex.replace(image.tag, `(abc`, \"\") == \"\""), "regex.replace: error parsing regexp: missing closing ): `(abc`"},
		"a text that is no pattern":        {condition("regex.replace(\"[abc\", `b`, \"\") == image.tag"), ""},
		"a comment like METADATA":          {after("# title: What is known\n_known := true\n"), "own/image/moving.rego:29:1: this is a comment and no METADATA: # METADATA must stand above it"},
		"a comment with a colon":           {after("# of these: one\n_known := true\n"), ""},
		"METADATA below a comment":         {after("# Much is known.\n# METADATA\n# title: What is known\n_known := true\n"), ""},
		"a rule that says its default":     {after("default _known := false\n\n_known := false if input.kind == \"file\"\n"), "own/image/moving.rego:31:1: _known is false by default, so this says nothing more"},
		"a rule that says something else":  {after("default _known := false\n\n_known if input.kind == \"file\"\n"), ""},
		"one of many as one":               {after("_first := input.images[_]\n"), "own/image/moving.rego:29:11: _first is one value, and this gives as many as there are"},
		"the first of many":                {after("_first := input.images[0]\n"), ""},
		"one of many by an argument":       {condition("_nth(0) == image") + "\n_nth(i) := input.images[i]\n", ""},
		"one of many by a condition":       {after("_first := input.images[i] if i := 0\n"), ""},
		"an index that nobody looks at":    {condition("input.images[i].tag == \"x\""), "own/image/moving.rego:24:15: nothing looks at i; write _, or some … in"},
		"an index that is declared only":   {condition("some i\n\tinput.images[i].tag == \"x\""), "nothing looks at i"},
		"an index that is looked at":       {condition("input.images[i].tag == \"x\"\n\ti > 0"), ""},
		"an index that has its value":      {condition("some i in [0]\n\tinput.images[i].tag == \"x\""), ""},
		"an index of every":                {condition("every i in [0] {\n\t\tinput.images[i].tag == \"x\"\n\t}"), ""},
		"an index that is a rule":          {condition("input.images[_at].tag == \"x\"") + "\n_at := 0\n", ""},
		"a name of a builtin":              {condition("upper := image.name\n\tupper == \"x\""), "own/image/moving.rego:24:2: upper hides the builtin of this name"},
		"a name of a builtin, looped":      {condition("some max in image.symbols\n\tmax == \"x\""), "max hides the builtin of this name"},
		"a name of a builtin, an argument": {condition("_known(image.name)") + "\n_known(lower) if lower == \"a\"\n", "lower hides the builtin of this name"},
		"a name of no builtin of rules":    {condition("type := image.name\n\ttype == \"x\""), ""},
		"arguments that are patterns":      {condition(called[1:]) + "\n_known(\"a\", _) if true\n\n_known(_, tag) if tag == \"a\"\n", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := checked(t, tt.rule)
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCheck_FindsTestsThatAreNotRun(t *testing.T) {
	tests := map[string]struct{ tests, want string }{
		"a test under another name": {"todo_test_x if true\n", "own/image/moving_test.rego:3:1: todo_test_x is not run; the name of a test begins with test_"},
		"two tests of one name":     {"test_x if count([1]) == 1\n\ntest_x if count([]) == 0\n", "own/image/moving_test.rego:5:1: test_x is also in line 3; it passes where one of the two does"},
		"findings wanted away":      {"test_x if not moving.deny\n", "not moving.deny never holds: a set is there though nothing is in it"},
		"findings wanted away with": {"test_x if not moving.deny with input as {}\n", "not moving.deny never holds"},
		"findings wanted empty":     {"test_x if moving.deny == set() with input as {}\n", ""},
		"a helper":                  {"_pod := 1\n\ntest_x if _pod == 1\n", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := ""
			if _, err := policy.Check(t.Context(), []policy.Source{tested(tt.tests)}); err != nil {
				got = err.Error()
			}
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
