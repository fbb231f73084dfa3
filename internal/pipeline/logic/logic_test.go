package logic_test

import (
	"testing"

	"guard/internal/pipeline/logic"
)

var maybe = logic.Maybe("nobody knows")

func TestAnd(t *testing.T) {
	for _, test := range []struct {
		name string
		of   []logic.Answer
		want logic.Answer
	}{
		{"nothing is yes", nil, logic.Yes},
		{"one no decides", []logic.Answer{maybe, logic.Yes, logic.No}, logic.No},
		{"an unknown beside yes stays unknown, with its reason", []logic.Answer{logic.Yes, maybe}, maybe},
		{"all yes", []logic.Answer{logic.Yes, logic.Yes}, logic.Yes},
	} {
		if got := logic.And(test.of...); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestOr(t *testing.T) {
	for _, test := range []struct {
		name string
		of   []logic.Answer
		want logic.Answer
	}{
		{"nothing is no", nil, logic.No},
		{"one yes decides", []logic.Answer{maybe, logic.Yes}, logic.Yes},
		{"an unknown beside no stays unknown", []logic.Answer{logic.No, maybe}, maybe},
	} {
		if got := logic.Or(test.of...); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestNot(t *testing.T) {
	for answer, want := range map[logic.Answer]logic.Answer{logic.Yes: logic.No, logic.No: logic.Yes, maybe: maybe} {
		if got := logic.Not(answer); got != want {
			t.Errorf("Not(%v): got %v, want %v", answer, got, want)
		}
	}
}

func TestBoth(t *testing.T) {
	if got := logic.Both(logic.Yes, logic.Yes); !got.IsYes() {
		t.Errorf("two that agree: got %v", got)
	}
	if got := logic.Both(logic.Yes, logic.No); !got.IsUnknown() || got.Reason == "" {
		t.Errorf("two that do not agree: got %v, want unknown with a reason", got)
	}
	if got := logic.Both(logic.No, maybe); got != maybe {
		t.Errorf("one that is unknown: got %v", got)
	}
}

func TestTheZeroAnswerIsUnknown(t *testing.T) {
	if answer := (logic.Answer{}); !answer.IsUnknown() || answer.IsYes() || answer.IsNo() {
		t.Errorf("got %v", answer)
	}
}
