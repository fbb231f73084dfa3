package gitlab

import (
	"strings"
	"testing"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// worths are the variables of the tests below.
var testWorths = map[string]worth{
	"A":        plain("a"),
	"B":        plain("b"),
	"ALSO_A":   plain("a"),
	"EMPTY":    plain(""),
	"BLANK":    plain("  "),
	"RE":       plain("/^a+$/"),
	"NO_RE":    plain("a"),
	"BRANCH":   plain("feature/x-1"),
	"TAG":      plain("v1.2.3"),
	"LINES":    plain("one\ntwo"),
	"SHA":      textWorth(symbol.Of(symbol.FullSHA())),
	"SETTING":  textWorth(symbol.Of(settingNamed("SETTING"))),
	"TRUE":     plain("true"),
	"EITHER":   oneOf(plain("x"), plain("y")),
	"MAYBE":    oneOf(worth{}, plain("true")),
	"INSIDE":   textWorth(symbol.Nobody("it holds others")),
	"MIXED":    textWorth(symbol.Join(symbol.Text("v-"), symbol.Of(symbol.ShortSHA(8)))),
	"QUOTED":   plain(`say "hi"`),
	"SLASHED":  plain("a/b"),
	"UNUSUAL_": plain("u"),
}

func lookupWorth(name string) worth { return testWorths[name] }

func TestExpression(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a variable that is set", `$A`, "yes"},
		{"a variable that is not set", `$NONE`, "no"},
		{"a variable that is empty", `$EMPTY`, "no"},
		{"a variable of blanks", `$BLANK`, "no"},
		{"a variable that the settings may set", `$SETTING`, "unknown"},
		{"a commit is always set", `$SHA`, "yes"},
		{"a variable that may be unset", `$MAYBE`, "unknown"},
		{"one of two texts, both filled", `$EITHER`, "yes"},
		{"a text", `"a"`, "yes"},
		{"an empty text", `""`, "no"},
		{"null", `null`, "no"},
		{"the same text", `$A == "a"`, "yes"},
		{"the same text in single quotes", `$A == 'a'`, "yes"},
		{"another text", `$A == "b"`, "no"},
		{"without blanks", `$A=="a"`, "yes"},
		{"the text first", `"a" == $A`, "yes"},
		{"two variables that are the same", `$A == $ALSO_A`, "yes"},
		{"two variables that differ", `$A == $B`, "no"},
		{"case counts", `$A == "A"`, "no"},
		{"unequal texts", `$A != "b"`, "yes"},
		{"equal texts that should not be", `$A != "a"`, "no"},
		{"an unset variable is null", `$NONE == null`, "yes"},
		{"an unset variable is not the empty text", `$NONE == ""`, "no"},
		{"an unset variable is no text", `$NONE == "a"`, "no"},
		{"an unset variable differs from any text", `$NONE != "a"`, "yes"},
		{"two unset variables are the same", `$NONE == $OTHER`, "yes"},
		{"an empty variable is not null", `$EMPTY == null`, "no"},
		{"an empty variable is the empty text", `$EMPTY == ""`, "yes"},
		{"a set variable is not null", `$A != null`, "yes"},
		{"null is null", `null == null`, "yes"},
		{"whether a setting is null", `$SETTING == null`, "unknown"},
		{"what a setting holds", `$SETTING == "a"`, "unknown"},
		{"that a setting differs", `$SETTING != "a"`, "unknown"},
		{"a setting is itself", `$SETTING == $SETTING`, "yes"},
		{"a commit is no word", `$SHA == "main"`, "no"},
		{"a commit may be any other", `$SHA == "0ad4b8fadaa221de15dcec353f45205ec38ea70b"`, "unknown"},
		{"a commit is not null", `$SHA == null`, "no"},
		{"one of two texts is a third", `$EITHER == "z"`, "no"},
		{"one of two texts is one of them", `$EITHER == "x"`, "unknown"},
		{"one of two texts is not a third", `$EITHER != "z"`, "yes"},
		{"what is true or unset is not false", `$MAYBE == "false"`, "no"},
		{"what is true or unset is true", `$MAYBE == "true"`, "unknown"},
		{"a value that holds others", `$INSIDE == "a"`, "unknown"},
		{"a text that begins otherwise", `$MIXED == "w-12345678"`, "no"},
		{"a pattern that matches", `$BRANCH =~ /^feature/`, "yes"},
		{"a pattern that does not match", `$BRANCH =~ /^hotfix/`, "no"},
		{"a pattern in the middle", `$BRANCH =~ /ture/`, "yes"},
		{"a pattern with a slash", `$BRANCH =~ /^feature\/x/`, "yes"},
		{"a pattern that begins with a slash", `$SLASHED =~ /\/b$/`, "yes"},
		{"a pattern that must not match", `$BRANCH !~ /^hotfix/`, "yes"},
		{"a pattern that matches and must not", `$BRANCH !~ /^feature/`, "no"},
		{"a release", `$TAG =~ /^v\d+\.\d+\.\d+$/`, "yes"},
		{"a release and more", `$TAG =~ /^v\d+\.\d+$/`, "no"},
		{"a pattern without regard to case", `$TAG =~ /^V1/i`, "yes"},
		{"a pattern with regard to case", `$TAG =~ /^V1/`, "no"},
		{"a dot is no line end", `$LINES =~ /one.two/`, "no"},
		{"a dot is a line end with a flag", `$LINES =~ /one.two/s`, "yes"},
		{"an end of line with a flag", `$LINES =~ /one$/m`, "yes"},
		{"an end of text without", `$LINES =~ /one$/`, "no"},
		{"an unset variable matches as an empty text", `$NONE =~ /^$/`, "yes"},
		{"an unset variable matches no letter", `$NONE =~ /abc/`, "no"},
		{"an unset variable does not match", `$NONE !~ /abc/`, "yes"},
		{"a pattern in a variable", `$A =~ $RE`, "yes"},
		{"a pattern in a variable that does not match", `$B =~ $RE`, "no"},
		{"a pattern in a text", `$A =~ "/^a/"`, "yes"},
		{"a text that is no pattern holds its parts", `$A =~ "bar"`, "yes"},
		{"a text that is no pattern and not its parts", `$A =~ "foo"`, "no"},
		{"a variable that is no pattern", `$A =~ $NO_RE`, "yes"},
		{"a commit and a text that is no pattern", `$SHA =~ "abc"`, "unknown"},
		{"an unset pattern matches nothing", `$A =~ $NONE`, "no"},
		{"an unset pattern does not match", `$A !~ $NONE`, "yes"},
		{"a pattern that RE2 has not", `$A =~ /(?!x)a/`, "unknown"},
		{"a setting and a pattern", `$SETTING =~ /abc/`, "unknown"},
		{"both of two", `$A && $B`, "yes"},
		{"both of two, one not", `$A && $NONE`, "no"},
		{"both of two, the first not", `$NONE && $SETTING`, "no"},
		{"both of two, one not known", `$A && $SETTING`, "unknown"},
		{"one of two", `$NONE || $A`, "yes"},
		{"one of two, neither", `$NONE || $OTHER`, "no"},
		{"one of two, one not known", `$SETTING || $NONE`, "unknown"},
		{"one of two, one not known and one set", `$SETTING || $A`, "yes"},
		{"an empty text counts in front of &&", `$EMPTY && $A`, "yes"},
		{"an empty text is the value of ||", `$EMPTY || $A`, "no"},
		{"&& binds tighter than ||", `$A || $NONE && $NONE`, "yes"},
		{"brackets", `($A || $NONE) && $NONE`, "no"},
		{"brackets inside brackets", `(($A == "a") && ($B == "b"))`, "yes"},
		{"comparisons bind tightest", `$A == "a" && $B == "b"`, "yes"},
		{"a long chain", `$A == "x" || $A == "y" || $A == "a"`, "yes"},
		{"several lines", "$A == \"a\"\n  && $B == \"b\"", "yes"},
		{"unknown and no", `$SETTING == "x" && $NONE`, "no"},
		{"unknown or yes", `$SETTING == "x" || $A`, "yes"},
		{"true in a variable is a text", `$TRUE == "true"`, "yes"},
		{"a name with a line below", `$UNUSUAL_ == "u"`, "yes"},
		{"double quotes in single ones", `$QUOTED == 'say "hi"'`, "yes"},
		{"a name in brackets is no variable", `${A} == "a"`, "unknown"},
		{"a word", `main`, "unknown"},
		{"nothing", ``, "unknown"},
		{"an operator too few", `$A "a"`, "unknown"},
		{"an operand too few", `$A ==`, "unknown"},
		{"a bracket too few", `($A`, "unknown"},
		{"a bracket too many", `$A)`, "unknown"},
		{"an exclamation mark alone", `!$A`, "unknown"},
		{"a blank that is none", "\u0085", "unknown"},
		{"one ampersand", `$A & $B`, "unknown"},
		{"a quote that is left open", `$A == "a`, "unknown"},
		{"a pattern that is left open", `$A =~ /a`, "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := parseExpression(test.text).evaluate(lookupWorth)
			if got.Truth.String() != test.want {
				t.Errorf("%s\ngot %s (%s), want %s", test.text, got.Truth, got.Reason, test.want)
			}
			if got.IsUnknown() && got.Reason == "" {
				t.Errorf("%s\nis unknown without a reason", test.text)
			}
		})
	}
}

func TestExpression_LongOnesAreNotRead(t *testing.T) {
	for _, text := range []string{strings.Repeat("$A && ", 60) + "$A", strings.Repeat("(", 5000), `$A == "` + strings.Repeat("a", 20_000) + `"`, "$A =~ /" + strings.Repeat("a", 3000) + "/"} {
		if got := parseExpression(text).evaluate(lookupWorth); !got.IsUnknown() || got.Reason == "" {
			t.Errorf("got %v for a text of %d bytes, want unknown with a reason", got, len(text))
		}
	}
}

func TestExpression_ForksAreToldFromTheProject(t *testing.T) {
	fork := flow.Run{Situation: flow.Fork, Event: mergeRequest, Branch: "feature/x", Base: "main"}
	own := flow.Run{Situation: flow.PullRequest, Event: mergeRequest, Branch: "feature/x", Base: "main"}
	push := flow.Run{Situation: flow.Main, Event: eventPush, Branch: "main"}
	for _, test := range []struct {
		name, text string
		run        flow.Run
		repository string
		want       logic.Truth
	}{
		{"the source of a fork is another project", "$CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == $CI_MERGE_REQUEST_PROJECT_PATH", fork, "", logic.False},
		{"the source of a branch is the project", "$CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == $CI_MERGE_REQUEST_PROJECT_PATH", own, "", logic.True},
		{"the project is known", `$CI_PROJECT_PATH == "acme/shop"`, push, "acme/shop", logic.True},
		{"it is another project", `$CI_PROJECT_PATH == "acme/blog"`, push, "acme/shop", logic.False},
		{"the project is not known", `$CI_PROJECT_PATH == "acme/shop"`, push, "", logic.Unknown},
		{"the owner is known", `$CI_PROJECT_NAMESPACE == "acme"`, push, "acme/shop", logic.True},
		{"a fork may run in the project", `$CI_PROJECT_PATH == "acme/shop"`, fork, "acme/shop", logic.Unknown},
		{"a fork is never the project", `$CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == "acme/shop"`, fork, "acme/shop", logic.False},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := predefinedIn(test.run, world{branch: "main", repository: test.repository})
			got := parseExpression(test.text).evaluate(func(name string) worth { return values[name] })
			if got.Truth != test.want {
				t.Errorf("%s: got %v, want %v", test.text, got, test.want)
			}
		})
	}
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{`$A == "a" && ($B =~ /^b/i || $NONE != null)`, `$SHA !~ $RE`, `(($EITHER))`, `$A =~ /\//`, `"a`, `/`, `$`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first := parseExpression(text)
		answer := first.evaluate(lookupWorth)
		if answer.IsUnknown() && answer.Reason == "" {
			t.Errorf("%q is unknown without a reason", text)
		}
		if first.err != nil && !answer.IsUnknown() {
			t.Errorf("%q cannot be read, and is %v", text, answer)
		}
		if again := parseExpression(text).evaluate(lookupWorth); again != answer {
			t.Errorf("%q is %v, then %v", text, answer, again)
		}
		if first.err == nil && len(text) < 1000 {
			if not := parseExpression("(" + text + ") && null"); not.err == nil && !not.evaluate(lookupWorth).IsNo() {
				t.Errorf("(%s) && null is %v", text, not.evaluate(lookupWorth))
			}
		}
	})
}
