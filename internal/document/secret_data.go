package document

// holdsNothing tells whether a value of a Kubernetes Secret gives nothing
// away under this key: it says where the secret is, is encrypted, marks the
// place where one belongs, or is one that tests use in what is named as a
// test; or it is reported already, as a secret of a known format.
func (l *loader) holdsNothing(key, value string) bool {
	if isElsewhere(value) || isFillIn(value) {
		return true
	}
	s := Secret{Name: key, Value: value, Place: "data"}
	s.Throwaway = l.throwaway(s)
	l.recognise(&s)
	return s.Throwaway || s.Pattern != ""
}
