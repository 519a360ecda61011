//! Stable codes: an enum, its list and its printed names from one declaration.

/// Declares an enum of codes with their printed names in kebab-case, in the order of `docs/codes.md`.
/// Generates `ALL`, `name()` and `Display`, so that no list can lack a code.
macro_rules! codes {
    (
        $(#[$enum_attribute:meta])*
        $visibility:vis enum $enum:ident {
            $($(#[$attribute:meta])* $variant:ident => $name:literal,)+
        }
    ) => {
        $(#[$enum_attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        $visibility enum $enum {
            $($(#[$attribute])* $variant,)+
        }

        impl $enum {
            /// Every code, in the order of declaration.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The code as it is printed, in kebab-case.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use codes;
