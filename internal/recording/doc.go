// Package recording is the form in which guard keeps what it has judged, so that
// it can be judged again: lines of JSON, as the webhook's log of decisions and
// guard check --record write them. [Read] also takes the objects that kubectl
// get -o json prints. It hides how much of hostile input is held at a time.
//
//	err := recording.Read(file, func(item recording.Item) error {
//		if item.Decision != nil { … }
//		return nil
//	})
package recording
