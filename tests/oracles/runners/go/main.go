// Asks who it is, as a program with the AWS SDK for Go v2 would: `ask_go [PROFILE]`.
//
// The SDK of Debian 12 is older than AWS_ENDPOINT_URL, hence the resolver.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	if err := ask(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(profile []string) error {
	options := []func(*config.LoadOptions) error{config.WithEndpointResolverWithOptions(
		aws.EndpointResolverWithOptionsFunc(func(_, region string, _ ...interface{}) (aws.Endpoint, error) {
			if region == "" {
				return aws.Endpoint{}, &aws.MissingRegionError{} // as the SDK's own resolver says
			}
			if os.Getenv("AWS_ENDPOINT_URL") == "" {
				return aws.Endpoint{}, &aws.EndpointNotFoundError{} // the SDK's own resolver comes next
			}
			return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL"), SigningRegion: region}, nil
		}))}
	if len(profile) > 0 {
		options = append(options, config.WithSharedConfigProfile(profile[0]))
	}
	ctx := context.Background()
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return err
	}
	answer, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	fmt.Println(*answer.Account)
	return nil
}
