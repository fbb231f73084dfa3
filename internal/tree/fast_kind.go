package tree

import "gopkg.in/yaml.v3"

// numberCharacters holds what a number in any notation of YAML, or a date, can
// consist of.
var numberCharacters = tableOf("0123456789abcdefABCDEFxXoO_.+-:infINFnaNAtTzZ ")

// plainKind is the kind of a plain scalar, as the library resolves it.
func plainKind(text string) Kind {
	if text == "" {
		return Null
	}
	switch c := text[0]; {
	case c >= '0' && c <= '9', c == '+', c == '-', c == '.':
		return numberKind(text)
	case c == '~':
		return wordKind(text, "~", Null)
	case c == 't' || c == 'T':
		return wordKind(text, "true", Bool)
	case c == 'f' || c == 'F':
		return wordKind(text, "false", Bool)
	case c == 'n' || c == 'N':
		return wordKind(text, "null", Null)
	}
	return String
}

func numberKind(text string) Kind {
	if shortDecimal(text) {
		return Number
	}
	for i := 0; i < len(text); i++ {
		if !numberCharacters[text[i]] {
			return String
		}
	}
	n := yaml.Node{Kind: yaml.ScalarNode, Value: text}
	return kindOf(n.ShortTag())
}

// wordKind is kind where text is the word in lower case, upper case, or with a
// capital.
func wordKind(text, word string, kind Kind) Kind {
	if len(text) != len(word) {
		return String
	}
	upper, lower := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case word[i]:
			lower++
		case word[i] - 'a' + 'A':
			upper++
		}
	}
	capital := upper == 1 && text[0] != word[0]
	if lower == len(word) || upper == len(word) || capital && lower == len(word)-1 {
		return kind
	}
	return String
}
