package shell

// options are the shell options that matter, as they are in force at a place.
type options struct{ pipefail, trace bool }

// either merges the options behind two ways of which one was taken. Pipefail
// counts where it may be on, trace only where it is on: whoever asks for
// either wants to be sure before speaking of a fault.
func either(a, b options) options {
	return options{pipefail: a.pipefail || b.pipefail, trace: a.trace && b.trace}
}

// set applies the words behind the builtin set.
func (o *options) set(args []Word) {
	for i := 0; i < len(args); i++ {
		text := args[i].Text
		if len(text) < 2 || text[0] != '-' && text[0] != '+' || text == "--" {
			return
		}
		on := text[0] == '-'
		for _, letter := range text[1:] {
			switch {
			case letter == 'x':
				o.trace = on
			case letter == 'o' && i+1 < len(args):
				i++
				o.named(args[i].Text, on)
			}
		}
	}
}

func (o *options) named(name string, on bool) {
	switch name {
	case "pipefail":
		o.pipefail = on
	case "xtrace":
		o.trace = on
	}
}
