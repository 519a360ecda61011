// Prints how the AWS SDK for Go v2 reads the expiration in each file, as a JSON array: seconds since 1970, "none" or
// "error". Each file holds what a credential_process prints.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
)

func main() {
	readings := []interface{}{}
	for _, file := range os.Args[1:] {
		readings = append(readings, read(file))
	}
	if err := json.NewEncoder(os.Stdout).Encode(readings); err != nil {
		os.Exit(1)
	}
}

func read(file string) interface{} {
	credentials, err := processcreds.NewProvider("cat " + file).Retrieve(context.Background())
	if err != nil {
		return "error"
	}
	if !credentials.CanExpire {
		return "none"
	}
	return float64(credentials.Expires.UnixMilli()) / 1000
}
