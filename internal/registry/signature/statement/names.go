package statement

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// checkNames refuses fields whose name differs in case from the one that is
// meant, because encoding/json would take them, and the last of two wins. It
// goes as deep as the type has structs.
func checkNames(data []byte, t reflect.Type) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	fields := fieldsByName(t)
	for name, part := range parts {
		field, known := fields[name]
		if !known {
			return fmt.Errorf("unknown field %q", name)
		}
		if plainStruct(field) {
			if err := checkNames(part, field); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// plainStruct tells whether encoding/json reads a type field by field.
func plainStruct(t reflect.Type) bool {
	_, own := reflect.New(t).Interface().(json.Unmarshaler)
	return t.Kind() == reflect.Struct && !own
}

func fieldsByName(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[name] = t.Field(i).Type
	}
	return fields
}
