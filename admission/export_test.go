package admission

// SameRoom tells whether look-ups in two registries share a room.
func (f *Facts) SameRoom(a, b string) bool {
	rooms := f.Images.(*registries).rooms
	return rooms.of(a) == rooms.of(b)
}
