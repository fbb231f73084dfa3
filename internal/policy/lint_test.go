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
		"too few values":              {replace("%s: %s", "%s: %s %d"), "own/image/moving.rego:26:17: sprintf: the text has 3 verbs, and is given 2 values"},
		"too many values":             {replace("%s: %s", "%s: %%"), "sprintf: the text has 1 verb, and is given 2 values"},
		"widths and flags":            {replace("%s: %s", "%-5.2s: %+v"), ""},
		"values by number":            {replace("%s: %s", "%[1]s: %[2]s %[1]s"), ""},
		"a value nobody looks at":     {condition("lower(image.name)"), "own/image/moving.rego:24:2: lower gives a value that nothing looks at"},
		"a count nobody looks at":     {condition("count(image.symbols)"), "count gives a value that nothing looks at"},
		"a call that is a question":   {condition(`startswith(image.name, "x")`), ""},
		"a value that is assigned":    {condition("x := lower(image.name)\n\tx == \"a\""), ""},
		"a condition that is none":    {condition("true"), "this is always the same, so it is no condition"},
		"two numbers":                 {condition("1 < 2"), "this is always the same, so it is no condition"},
		"any element that differs":    {condition("image.name != image.symbols[_]"), "this holds where any element differs"},
		"a count in front of a loop":  {replace("some image in input.images", "count(input.images) > 0\n\tsome image in input.images"), "own/image/moving.rego:23:2: the loop below is not entered where there is nothing"},
		"a count of something else":   {replace("some image in input.images", "count(input.secrets) > 0\n\tsome image in input.images"), ""},
		"the same twice":              {after(sound[strings.Index(sound, "deny contains"):]), "own/image/moving.rego:29:1: this says the same as line 22"},
		"arguments of two names":      {condition("_known(image.name)") + "\n_known(name) if name == \"a\"\n\n_known(tag) if tag == \"b\"\n", "_known: this argument is called tag here and name above"},
		"arguments nobody looks at":   {condition(called[1:]) + "\n_known(name, _) if name == \"a\"\n", "_known: nothing looks at argument 2"},
		"arguments one looks at":      {condition(called[1:]) + "\n_known(name, _) if name == \"a\"\n\n_known(_, tag) if tag == \"a\"\n", ""},
		"arguments that are patterns": {condition(called[1:]) + "\n_known(\"a\", _) if true\n\n_known(_, tag) if tag == \"a\"\n", ""},
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
