// Package stats says over many reports of guard check, and logs of decisions,
// which rules fire, how often and where, what is waived and until when, and how
// that goes on. It hides which of several reports of a repository counts: the
// newest does, and until the next one it goes on counting in the trend.
//
//	s := stats.New(stats.Options{Now: time.Now(), Soon: 30 * 24 * time.Hour})
//	if err := s.Add("shop.json", modified, file); err != nil { … }
//	result := s.Result()
package stats
