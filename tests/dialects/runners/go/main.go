// Prints what the AWS SDK for Go v2 reads in shared AWS files: JSON lines in, JSON lines out (see compare.py).
//
// The SDK gives no list of profiles or keys. The program loads each profile of `names` in the request, and prints the
// fields of it that are not empty under the names of their keys. It loads the two files one after the other, because
// the SDK merges them. `rejected` contains the profiles that the SDK read but does not accept, such as one with half a
// key pair: what it read of them remains unknown. The SDK of Debian 12 (config 1.17.1) still has the old parser.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/config"
)

type request struct {
	ID               json.RawMessage `json:"id"`
	Names            []string        `json:"names"`
	Config           *string         `json:"config"`
	Credentials      *string         `json:"credentials"`
	ConfigBytes      *string         `json:"config_base64"`
	CredentialsBytes *string         `json:"credentials_base64"`
}

type keys map[string]string

type file struct {
	Profiles map[string]keys `json:"profiles"`
	Rejected []string        `json:"rejected"`
}

type answer struct {
	ID          json.RawMessage `json:"id"`
	Error       *string         `json:"error"`
	Config      *file           `json:"config,omitempty"`
	Credentials *file           `json:"credentials,omitempty"`
}

func main() {
	directory, err := os.MkdirTemp("", "view-go")
	if err == nil {
		err = serve(filepath.Join(directory, "file"))
		os.RemoveAll(directory)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(path string) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		view, err := view(asked, path)
		if err != nil {
			return err
		}
		if err := out.Encode(view); err != nil {
			return err
		}
	}
	return lines.Err()
}

func view(asked request, path string) (answer, error) {
	configFile, err := load(asked, path, asked.Config, asked.ConfigBytes, true)
	if err != nil {
		return failed(asked, "config", err)
	}
	credentialsFile, err := load(asked, path, asked.Credentials, asked.CredentialsBytes, false)
	if err != nil {
		return failed(asked, "credentials", err)
	}
	return answer{ID: asked.ID, Config: configFile, Credentials: credentialsFile}, nil
}

func failed(asked request, name string, err error) (answer, error) {
	var unreadable config.SharedConfigLoadError
	if errors.As(err, &unreadable) {
		return answer{ID: asked.ID, Error: &name}, nil
	}
	return answer{}, err
}

func load(asked request, path string, text, coded *string, isConfig bool) (read *file, err error) {
	contents, err := contentsOf(text, coded)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, contents, 0o600); err != nil {
		return nil, err
	}
	// A newer SDK panics on a value that is one quotation mark.
	defer func() {
		if recover() != nil {
			err = config.SharedConfigLoadError{Filename: path, Err: errors.New("panic")}
		}
	}()
	read = &file{Profiles: map[string]keys{}, Rejected: []string{}}
	for _, name := range asked.Names {
		loaded, err := config.LoadSharedConfigProfile(context.Background(), name, func(o *config.LoadSharedConfigOptions) {
			o.ConfigFiles, o.CredentialsFiles = []string{}, []string{}
			if isConfig {
				o.ConfigFiles = []string{path}
			} else {
				o.CredentialsFiles = []string{path}
			}
		})
		var missing config.SharedConfigProfileNotExistError
		var unreadable config.SharedConfigLoadError
		switch {
		case errors.As(err, &unreadable):
			return nil, err
		case err == nil:
			read.Profiles[name] = fields(loaded)
		case !errors.As(err, &missing) || missing.Profile != name:
			read.Rejected = append(read.Rejected, name)
		}
	}
	return read, nil
}

func contentsOf(text, coded *string) ([]byte, error) {
	switch {
	case coded != nil:
		return base64.StdEncoding.DecodeString(*coded)
	case text != nil:
		return []byte(*text), nil
	}
	return nil, nil
}

func fields(loaded config.SharedConfig) keys {
	all := keys{
		"aws_access_key_id":       loaded.Credentials.AccessKeyID,
		"aws_secret_access_key":   loaded.Credentials.SecretAccessKey,
		"aws_session_token":       loaded.Credentials.SessionToken,
		"region":                  loaded.Region,
		"role_arn":                loaded.RoleARN,
		"source_profile":          loaded.SourceProfileName,
		"credential_source":       loaded.CredentialSource,
		"credential_process":      loaded.CredentialProcess,
		"web_identity_token_file": loaded.WebIdentityTokenFile,
		"external_id":             loaded.ExternalID,
		"mfa_serial":              loaded.MFASerial,
		"role_session_name":       loaded.RoleSessionName,
		"sso_session":             loaded.SSOSessionName,
		"sso_region":              loaded.SSORegion,
		"sso_start_url":           loaded.SSOStartURL,
		"sso_account_id":          loaded.SSOAccountID,
		"sso_role_name":           loaded.SSORoleName,
		"ca_bundle":               loaded.CustomCABundle,
	}
	for name, value := range all {
		if value == "" {
			delete(all, name)
		}
	}
	return all
}
